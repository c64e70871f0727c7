import { describe, expect, it } from "vitest";
import { createWasmDevice, type Device } from "../../../src/device/index.ts";
import { createReferenceDevice } from "../../../src/device/reference/reference-device.ts";
import { readOnnxGraph } from "../../../src/export/onnx/index.ts";
import { decodeModel, encodeModel, type ModelMessage, type NodeMessage } from "../../../src/export/onnx/schema.ts";
import type { Value } from "../../../src/graph/index.ts";
import { type Classifier, createClassifier, largestError, type TestLayers } from "./classifier.ts";

/** Logits of the pixels of `classifier`, by what its file says. */
async function computed(device: Device, { pixels, encode, images }: Classifier): Promise<ArrayLike<number>> {
  const { graph, logits, parameters, normalised } = readOnnxGraph(encode(), images.shape[0]!)!;
  for (const [name, values] of parameters) device.write(name, values);
  const executable = await device.compile({ graph, outputs: { logits } });
  return (await executable.run({ images: normalised(pixels) }))["logits"]!;
}

/** Each form at least once, odd extents. */
const FORMS: Readonly<Record<string, (l: TestLayers, images: Value) => Value>> = {
  "convolutions of all kinds": (l, images) => {
    const stem = l.batchNorm(l.convolution(images, [3, 3], 8, 1, 1));
    const x = l.batchNorm(l.pointwise(stem, 4, 1, 0, true));
    const separable = l.batchNorm(l.pointwise(l.depthwise(x, 3, 2), 4));
    const dilated = l.batchNorm(l.pointwise(l.depthwise(x, 5, 2, 2), 4), false);
    return l.concat([l.sum([separable, dilated]), l.convolution(l.pointwise(x, 4, 2), [1, 1], 4, 1, 0, true)]);
  },
  "pools, sums with coefficients and reductions by two halves": (l, images) => {
    const x = l.batchNorm(l.convolution(images, [3, 3], 8, 1, 1));
    const pools = [l.batchNorm(l.pool("averagePool", x, 3, 2), false), l.pool("maxPool", x, 3, 2)];
    const node = l.weightedSum([...pools, l.factorizedReduce(x, 8)]);
    return l.concat([l.relu(node), l.sum([node, l.factorizedReduce(x, 8)], [0.5, 1]), l.pointwise(x, 4, 2, 1, true)]);
  },
};

describe.each(Object.entries(FORMS))("a file with %s", (_, features) => {
  it.each([1, 3])("of %i channels is computed by both devices as what it was written from", async (channels) => {
    const classifier = createClassifier({ features, channels, batch: 3 });
    const { logits } = await classifier.expected();
    expect(largestError(await computed(createReferenceDevice(), classifier), logits)).toBeLessThan(1e-6);
    const device = await createWasmDevice({ threads: 1 });
    expect(largestError(await computed(device, classifier), logits)).toBeLessThan(1e-4);
    await device.close();
  });
});

describe("what this package never wrote is not read", () => {
  const message = decodeModel(
    createClassifier({ features: FORMS["convolutions of all kinds"]! }).encode(),
  ) as ModelMessage;
  const read = (changed: Partial<ModelMessage>) => readOnnxGraph(encodeModel({ ...message, ...changed }), 1);
  /** Nodes of that operator as `change` makes them. */
  const withNodes = (op: string, change: (node: NodeMessage) => NodeMessage) => {
    const node = message.graph.node.map((one) => (one.opType === op ? change(one) : one));
    return read({ graph: { ...message.graph, node } });
  };

  it("the file itself is", () => expect(read({})).not.toBeNull());

  it("another producer", () => expect(read({ producerName: "pytorch" })).toBeNull());

  it("another operator", () => expect(withNodes("Relu", (node) => ({ ...node, opType: "Gelu" }))).toBeNull());

  it("attributes of another form", () => {
    const uneven = (name: string, ints: readonly number[]) => (node: NodeMessage) => {
      return { ...node, attribute: node.attribute.map((one) => (one.name === name ? { ...one, ints } : one)) };
    };
    expect(withNodes("Conv", uneven("strides", [1, 2]))).toBeNull();
    expect(withNodes("Conv", uneven("pads", [-1, 0, 0, 0]))).toBeNull();
    expect(withNodes("Conv", uneven("dilations", []))).toBeNull();
    expect(withNodes("Gemm", (node) => ({ ...node, attribute: [] }))).toBeNull();
  });

  it("inputs that are not there", () => {
    expect(withNodes("Conv", (node) => ({ ...node, input: ["nothing", ...node.input.slice(1)] }))).toBeNull();
    expect(withNodes("Conv", (node) => ({ ...node, input: [node.input[0]!, "nothing"] }))).toBeNull();
    expect(withNodes("Add", (node) => ({ ...node, input: [] }))).toBeNull();
    expect(withNodes("Concat", (node) => ({ ...node, input: [] }))).toBeNull();
  });

  it("constants of another size", () => {
    const initializer = message.graph.initializer.map((tensor) => ({ ...tensor, rawData: tensor.rawData.subarray(4) }));
    expect(read({ graph: { ...message.graph, initializer } })).toBeNull();
    const flat = message.graph.initializer.map((tensor) => ({ ...tensor, dims: [tensor.rawData.length / 4] }));
    expect(read({ graph: { ...message.graph, initializer: flat } })).toBeNull();
  });
});
