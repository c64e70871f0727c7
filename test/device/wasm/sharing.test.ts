import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compileProgram } from "../../../src/device/wasm/compile-program.ts";
import { Graph, type Value } from "../../../src/graph/index.ts";
import { RandomStream } from "../../../src/random/index.ts";
import { Agreement, normals, type Trial } from "./agreement.ts";

/** The kernels and barriers of a program, in order. */
function lowered(graph: Graph, outputs: Readonly<Record<string, Value>>): string[] {
  const { instructions } = compileProgram(
    { graph, outputs },
    { threads: 2, block: 1 << 20, persistent: () => 1 << 16 },
  );
  return instructions.map((instruction) => (instruction.share === "barrier" ? "barrier" : instruction.kernel));
}

describe("a barrier", () => {
  const images = [3, 4, 4, 8];

  it("is not needed where threads stay with their images", () => {
    const graph = new Graph();
    const x = graph.input("x", images);
    const pooled = graph.apply("maxPool", [graph.apply("relu", [x], {})], { size: 3, stride: 1, padding: 1 });
    const y = graph.apply("sum", [pooled, x], { coefficients: [1, 1] });
    expect(lowered(graph, { y })).toEqual(["relu", "maxPool", "combine"]);
  });

  it("comes before an operation that reads all images of a value", () => {
    const graph = new Graph();
    const [x, dy] = [graph.input("x", [3, 8]), graph.input("dy", [3, 5])];
    const weight = graph.apply("linearWeightGradient", [dy, graph.apply("relu", [x], {})], {});
    const bias = graph.apply("linearBiasGradient", [graph.apply("relu", [dy], {})], {});
    expect(lowered(graph, { weight, bias })).toEqual([
      "relu",
      "relu",
      "barrier",
      "linearWeightGradient",
      "linearBiasGradient",
    ]);
  });

  it("comes before an operation that reads what threads wrote in parts, and only once", () => {
    const graph = new Graph();
    const weight = graph.apply("linearWeightGradient", [graph.input("dy", [3, 5]), graph.input("x", [3, 8])], {});
    const doubled = graph.apply("sum", [weight], { coefficients: [2] });
    const total = graph.apply("sum", [weight, doubled], { coefficients: [1, 1] });
    expect(lowered(graph, { total })).toEqual(["linearWeightGradient", "barrier", "combine", "combine"]);
  });

  it("comes after an update in place", () => {
    const graph = new Graph();
    const parameter = graph.persistent("p", [8, 5]);
    const gradient = graph.input("g", [8, 5]);
    const operands = [graph.input("rate", [1]), parameter, gradient, graph.persistent("v", [8, 5])];
    graph.apply("sgd", operands, { momentum: 0, weightDecay: 0, clipNorm: 0 });
    const y = graph.apply("linear", [graph.input("x", [3, 8]), parameter, graph.input("bias", [5])], {});
    const kernels = ["sgdSquares", "barrier", "sgdNorm", "sgdUpdate", "barrier", "linear"];
    expect(lowered(graph, { y })).toEqual(kernels);
  });

  it("lets memory be used again in a long row of operations that need none", () => {
    const graph = new Graph();
    let y = graph.input("x", images);
    for (let i = 0; i < 30; i++) y = graph.apply("relu", [y], {});
    expect(lowered(graph, { y }).filter((kernel) => kernel === "barrier")).toHaveLength(2);
  });
});

describe("values that threads share", () => {
  const agreement = new Agreement();
  const stream = new RandomStream(7);
  beforeAll(() => agreement.open([1, 2, 3, 16]));
  afterAll(() => agreement.close());

  function trial(graph: Graph, outputs: Trial["outputs"]): Trial {
    const named = [...graph.named("input"), ...graph.named("persistent")];
    return {
      graph,
      outputs,
      values: Object.fromEntries(named.map(({ name, shape }) => [name!, normals(stream, shape)])),
    };
  }

  it("are complete when a classifier reads a weight that was computed by rows", async () => {
    const graph = new Graph();
    const weight = graph.apply("relu", [graph.input("weight", [40, 9])], {});
    const bias = graph.apply("sum", [graph.persistent("bias", [9])], { coefficients: [3] });
    const y = graph.apply("linear", [graph.input("x", [17, 40]), weight, bias], {});
    await agreement.expect(trial(graph, { y }));
  });

  it("are complete when gradients of one weight from two places are added and applied", async () => {
    const graph = new Graph();
    const parameter = graph.persistent("p", [40, 9]);
    const gradients = ["a", "b"].map((name) => {
      const operands = [graph.input(`dy ${name}`, [17, 9]), graph.input(`x ${name}`, [17, 40])];
      return graph.apply("linearWeightGradient", operands, {});
    });
    const gradient = graph.apply("sum", gradients, { coefficients: [1, 1] });
    const operands = [graph.input("rate", [1]), parameter, gradient, graph.persistent("v", [40, 9])];
    const norm = graph.apply("sgd", operands, { momentum: 0.9, weightDecay: 0.01, clipNorm: 1 });
    const after = graph.apply("sum", [parameter], { coefficients: [1] });
    await agreement.expect(trial(graph, { norm, after }));
  });

  it("stay apart in the two halves of the workspace over many reductions", async () => {
    const graph = new Graph();
    const statistics = [graph.persistent("mean", [8]), graph.persistent("variance", [8])];
    const attributes = { affine: false, epsilon: 1e-3, momentum: 0.1, updatesRunning: false };
    let y = graph.input("x", [19, 3, 2, 8]);
    for (let i = 0; i < 12; i++) {
      const normal = graph.apply("batchNorm", [y, ...statistics], attributes);
      const weight = graph.apply("weightedSumWeightGradient", [normal, y, normal], { entries: [0, 2], length: 3 });
      const scaled = graph.apply("sum", [weight], { coefficients: [1e-3] });
      y = graph.apply("weightedSum", [scaled, normal, y], { entries: [2, 0] });
    }
    await agreement.expect(trial(graph, { y }), 1e-4);
  });
});
