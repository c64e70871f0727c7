import { describe, expect, it } from "vitest";
import { createReferenceDevice } from "../../src/device/index.ts";
import { differentiate, Graph, type Value } from "../../src/graph/index.ts";

/** A stem, a node that uses it directly and through drop path, and a classifier. */
function network() {
  const graph = new Graph();
  const filter = graph.persistent("filter", [4, 8]);
  const edges = graph.persistent("edges", [3]);
  const input = graph.input("image", [2, 3, 3, 4]);
  const stem = graph.apply("pointwise", [input, filter], { stride: 1, offset: 0, relu: true });
  const [mean, variance, scale, shift] = ["mean", "variance", "scale", "shift"].map((name) =>
    graph.persistent(name, [8]),
  ) as [Value, Value, Value, Value];
  const attributes = { affine: true, epsilon: 1e-5, momentum: 0.1, updatesRunning: true };
  const norm = graph.apply("batchNorm", [stem, mean, variance, scale, shift], attributes);
  const keep = graph.input("keep", [2]);
  const dropped = graph.apply("dropPath", [norm, keep], {});
  const node = graph.apply("weightedSum", [edges, norm, dropped], { entries: [2, 0] });
  const label = graph.input("label", [2]);
  const loss = classify(graph, node, label);
  return { graph, loss, filter, edges, scale, label, keep, mean };
}

function classify(graph: Graph, image: Value, label: Value): Value {
  const features = graph.apply("globalMean", [image], {});
  const weight = graph.persistent("weight", [image.shape[3]!, 5]);
  const logits = graph.apply("linear", [features, weight, graph.persistent("bias", [5])], {});
  return graph.apply("crossEntropy", [logits, label], { labelSmoothing: 0 });
}

/** Kinds of the operations that `append` adds. */
function appended(graph: Graph, append: () => void): string[] {
  const before = graph.nodes.length;
  append();
  return graph.nodes.slice(before).map(({ kind }) => kind);
}

describe("differentiate", () => {
  it.each([
    [1, 8.5],
    [-1, 1.5],
  ])("adds the contributions of every use of a value: at %d the slope is %d", async (x, slope) => {
    const graph = new Graph();
    const input = graph.input("x", [1]);
    const tripled = graph.apply("sum", [input], { coefficients: [3] });
    const seven = graph.apply("sum", [tripled, tripled, input], { coefficients: [1, 1, 1] });
    const rectified = graph.apply("relu", [seven], {});
    const loss = graph.apply("sum", [rectified, tripled], { coefficients: [1, 0.5] });
    const [gradient] = differentiate(graph, loss, [input]);
    const program = await createReferenceDevice().compile({ graph, outputs: { gradient: gradient! } });
    expect((await program.run({ x: [x] }))["gradient"]![0]).toBe(slope);
  });

  it("starts from a seed of any shape where one is given", async () => {
    const graph = new Graph();
    const x = graph.input("x", [2, 2]);
    const output = graph.apply("linear", [x, graph.persistent("weight", [2, 3]), graph.persistent("bias", [3])], {});
    const before = graph.nodes.length;
    const [gradient] = differentiate(graph, output, [x], { seed: graph.input("seed", [2, 3]) });
    expect(graph.nodes.slice(before).map(({ kind }) => kind)).toEqual(["linearInputGradient"]);
    const device = createReferenceDevice();
    device.write("weight", [1, 2, 3, 4, 5, 6]);
    const program = await device.compile({ graph, outputs: { gradient: gradient! } });
    const results = await program.run({ seed: [1, 0, 0, 0, 1, -1] });
    expect([...results["gradient"]!]).toEqual([1, 4, -1, -1]);
  });

  it("leaves the forward operations as they were, and appends only what uses values made before", () => {
    const { graph, loss, filter, scale, edges } = network();
    const forward = graph.nodes.map(({ kind, inputs }) => [kind, [...inputs]]);
    const gradients = differentiate(graph, loss, [filter, scale, edges]);
    expect(graph.nodes.slice(0, forward.length).map(({ kind, inputs }) => [kind, [...inputs]])).toEqual(forward);
    expect(gradients.map(({ shape }) => shape)).toEqual([filter.shape, scale.shape, edges.shape]);
    const made = new Set(graph.values.filter(({ role }) => role !== "computed").map(({ id }) => id));
    for (const node of graph.nodes) {
      for (const value of node.inputs) expect(made.has(value.id), `${node.index} ${node.kind}`).toBe(true);
      for (const value of node.outputs) made.add(value.id);
    }
  });

  it("appends no weight gradients for the architecture step", () => {
    const { graph, loss, edges } = network();
    expect(appended(graph, () => differentiate(graph, loss, [edges]))).toEqual([
      "constant",
      "crossEntropyGradient",
      "linearInputGradient",
      "globalMeanGradient",
      "weightedSumWeightGradient",
    ]);
  });

  it("appends nothing below the lowest weight and nothing for the architecture in the weight step", () => {
    const { graph, loss, filter } = network();
    expect(appended(graph, () => differentiate(graph, loss, [filter]))).toEqual([
      "constant",
      "crossEntropyGradient",
      "linearInputGradient",
      "globalMeanGradient",
      "weightedSumInputGradient",
      "weightedSumInputGradient",
      "dropPath",
      "sum",
      "batchNormGradient",
      "pointwiseFilterGradient",
    ]);
  });

  it("gives zeros for a value that does not reach the loss", async () => {
    const graph = new Graph();
    const used = graph.input("used", [2]);
    const loss = graph.apply("sum", [used], { coefficients: [3] });
    const [idle] = differentiate(graph, loss, [graph.input("idle", [3])]);
    const executable = await createReferenceDevice().compile({ graph, outputs: { idle: idle! } });
    expect((await executable.run({}))["idle"]).toEqual(new Float64Array(3));
  });

  it("refuses operations without gradient on the way, gradients among them", () => {
    const graph = new Graph();
    const image = graph.input("image", [2, 2, 2, 8]);
    const half = graph.apply("channelSlice", [image], { start: 0, channels: 4 });
    const loss = classify(graph, half, graph.input("label", [2]));
    expect(() => differentiate(graph, loss, [image])).toThrow(/channelSlice has no gradient: it is itself part/);
  });
});
