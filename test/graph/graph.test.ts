import { describe, expect, it } from "vitest";
import { Graph, type OpAttributes, type OpKind, type Shape } from "../../src/graph/index.ts";

const SHAPE_ERROR = expect.objectContaining({ code: "E_GRAPH_SHAPE", kind: "internal" });

const CONVOLUTION = { stride: 1, padding: 1, relu: false };
const DEPTHWISE = { stride: 1, dilation: 1, relu: false };
const POINTWISE = { stride: 1, offset: 0, relu: false };
const POOL = { size: 3, stride: 2, padding: 1 };
const NORM = { affine: false, epsilon: 1e-5, momentum: 0.1, updatesRunning: true };
const SGD = { momentum: 0.9, weightDecay: 0, clipNorm: 0 };
const IMAGE = [2, 5, 5, 8];

/** Shapes of the outputs of one operation on inputs of the given shapes. */
function shapesOf<K extends OpKind>(kind: K, attributes: OpAttributes[K], shapes: readonly Shape[]): readonly Shape[] {
  const graph = new Graph();
  const inputs = shapes.map((shape, k) => graph.input(`${k}`, shape));
  return graph.add(kind, inputs, attributes).map(({ shape }) => shape);
}

describe("output shapes", () => {
  it("follow stride, padding and dilation", () => {
    expect(shapesOf("convolution", { ...CONVOLUTION, stride: 2 }, [IMAGE, [3, 3, 8, 4]])).toEqual([[2, 3, 3, 4]]);
    expect(shapesOf("convolution", { ...CONVOLUTION, padding: 0 }, [IMAGE, [2, 2, 8, 4]])).toEqual([[2, 4, 4, 4]]);
    expect(shapesOf("depthwise", { ...DEPTHWISE, dilation: 2 }, [IMAGE, [5, 5, 8]])).toEqual([IMAGE]);
    expect(shapesOf("depthwise", { ...DEPTHWISE, stride: 2, dilation: 2 }, [IMAGE, [3, 3, 8]])).toEqual([[2, 3, 3, 8]]);
    expect(shapesOf("pointwise", { ...POINTWISE, stride: 2, offset: 1 }, [IMAGE, [8, 12]])).toEqual([[2, 3, 3, 12]]);
    expect(shapesOf("maxPool", POOL, [[2, 6, 5, 8]])).toEqual([[2, 3, 3, 8]]);
    expect(shapesOf("averagePool", { size: 5, stride: 3, padding: 0 }, [[2, 8, 8, 4]])).toEqual([[2, 2, 2, 4]]);
    expect(shapesOf("concat", {}, [IMAGE, [2, 5, 5, 4]])).toEqual([[2, 5, 5, 12]]);
    expect(shapesOf("batchNorm", NORM, [IMAGE, [8], [8]])).toEqual([IMAGE, [8], [8]]);
  });

  it.each<[string, () => unknown]>([
    ["a filter of other channels", () => shapesOf("convolution", CONVOLUTION, [IMAGE, [3, 3, 4, 4]])],
    [
      "image smaller than the filter",
      () => shapesOf("convolution", { ...CONVOLUTION, padding: 0 }, [IMAGE, [7, 7, 8, 4]]),
    ],
    ["a filter of another rank", () => shapesOf("convolution", CONVOLUTION, [IMAGE, [3, 3, 8]])],
    ["a missing filter", () => shapesOf("convolution", CONVOLUTION, [IMAGE])],
    ["an even depthwise filter", () => shapesOf("depthwise", DEPTHWISE, [IMAGE, [2, 2, 8]])],
    ["an oblong depthwise filter", () => shapesOf("depthwise", DEPTHWISE, [IMAGE, [3, 5, 8]])],
    ["a depthwise filter of other channels", () => shapesOf("depthwise", DEPTHWISE, [IMAGE, [3, 3, 4]])],
    ["a pointwise filter of other channels", () => shapesOf("pointwise", POINTWISE, [IMAGE, [4, 8]])],
    ["an offset as large as the stride", () => shapesOf("pointwise", { ...POINTWISE, offset: 1 }, [IMAGE, [8, 8]])],
    ["an image smaller than the window", () => shapesOf("averagePool", { ...POOL, size: 8 }, [IMAGE])],
    ["a running mean of other channels", () => shapesOf("batchNorm", NORM, [IMAGE, [4], [8]])],
    ["a missing scale and shift", () => shapesOf("batchNorm", { ...NORM, affine: true }, [IMAGE, [8], [8]])],
    ["summands of two shapes", () => shapesOf("sum", { coefficients: [1, 1] }, [IMAGE, [2, 5, 5, 4]])],
    ["a coefficient too many", () => shapesOf("sum", { coefficients: [1, 1] }, [IMAGE])],
    ["no summands", () => shapesOf("sum", { coefficients: [] }, [])],
    ["an entry outside the weights", () => shapesOf("weightedSum", { entries: [3] }, [[3], IMAGE])],
    ["an entry too few", () => shapesOf("weightedSum", { entries: [0] }, [[3], IMAGE, IMAGE])],
    ["images of two sizes side by side", () => shapesOf("concat", {}, [IMAGE, [2, 5, 4, 8]])],
    ["a slice past the last channel", () => shapesOf("channelSlice", { start: 4, channels: 8 }, [IMAGE])],
    ["a weight of other features", () => shapesOf("linear", {}, [[2, 8], [4, 5], [5]])],
    ["a bias of other classes", () => shapesOf("linear", {}, [[2, 8], [8, 5], [4]])],
    [
      "weights of other classes",
      () => shapesOf("crossEntropy", { labelSmoothing: 0, classWeights: [1, 2] }, [[2, 5], [2]]),
    ],
    ["labels of another batch", () => shapesOf("crossEntropy", { labelSmoothing: 0 }, [[2, 5], [3]])],
    ["factors of another batch", () => shapesOf("dropPath", {}, [IMAGE, [3]])],
    ["a velocity of another shape", () => shapesOf("sgd", SGD, [[1], [4], [4], [5]])],
    ["a parameter without velocity", () => shapesOf("sgd", SGD, [[1], [4], [4]])],
    ["a cotangent of another shape", () => shapesOf("maxPoolGradient", POOL, [IMAGE, IMAGE])],
  ])("refuse %s", (_, build) => {
    expect(build).toThrow(SHAPE_ERROR);
  });
});

describe("named values", () => {
  it("are one value each, of one shape and one role", () => {
    const graph = new Graph();
    const weight = graph.persistent("weight", [3]);
    expect(graph.persistent("weight", [3])).toBe(weight);
    expect(() => graph.persistent("weight", [4])).toThrow(SHAPE_ERROR);
    expect(() => graph.input("weight", [3])).toThrow(expect.objectContaining({ code: "E_GRAPH_ROLE" }));
    graph.input("image", [2]);
    expect(graph.named("input").map(({ name }) => name)).toEqual(["image"]);
    expect(graph.named("persistent")).toEqual([weight]);
  });

  it("of another graph are refused", () => {
    const foreign = new Graph().input("x", [1]);
    const graph = new Graph();
    graph.input("x", [1]);
    expect(() => graph.apply("relu", [foreign], {})).toThrow(
      expect.objectContaining({ code: "E_GRAPH_FOREIGN_VALUE" }),
    );
  });
});

describe("a node", () => {
  it("keeps its inputs when the caller's list changes", () => {
    const graph = new Graph();
    const inputs = [graph.input("x", [1]), graph.input("y", [1])];
    graph.apply("sum", inputs, { coefficients: [1, 1] });
    inputs.pop();
    expect(graph.nodes[0]!.inputs.map(({ name }) => name)).toEqual(["x", "y"]);
  });
});
