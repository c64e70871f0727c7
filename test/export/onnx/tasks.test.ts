/** @file A model file of a network with several tasks. */
import { describe, expect, it } from "vitest";
import { createReferenceDevice, type Program } from "../../../src/device/index.ts";
import { checkParity, encodeOnnx, openOnnx, readOnnxGraph, readOnnxMetadata } from "../../../src/export/onnx/index.ts";
import { decodeModel, encodeModel, type ModelMessage } from "../../../src/export/onnx/schema.ts";
import { inferencePass, NetworkDraft } from "../../../src/network/index.ts";
import { CLASS_NAMES, classifierOf, largestError, NORMALISATION, normalised, softmax } from "./classifier.ts";

const COUNT = 5;
const SHAPES = ["round", "square", "thin", "none"];

const network = (() => {
  const otherTasks = [{ name: "shape", classCount: SHAPES.length }];
  const shape = { imageSize: { height: 7, width: 9 }, imageChannels: 3, classCount: CLASS_NAMES.length, otherTasks };
  const draft = new NetworkDraft(shape, [], inferencePass(COUNT));
  const stem = draft.layers.convolution("stem", draft.images, {
    ...{ channels: 8, size: 3, stride: 2, padding: 1, relu: false },
  });
  return draft.finish(draft.graph.apply("relu", [draft.layers.batchNorm("norm", stem, true)], {}));
})();
const classifier = classifierOf(network);
const normalisation = {
  mean: NORMALISATION.mean.slice(0, 3),
  standardDeviation: NORMALISATION.standardDeviation.slice(0, 3),
};
const task = { name: "shape", logits: network.otherLogits![0]!, classNames: SHAPES };
const options = {
  ...{ graph: network.graph, images: network.images, logits: network.logits, parameters: classifier.parameters },
  ...{ normalisation, classNames: CLASS_NAMES, producerVersion: "1.2.3", taskName: "colour", otherTasks: [task] },
};
const bytes = encodeOnnx(options);

/** By the reference device. */
async function computed(
  { graph, outputs }: Program,
  parameters: (name: string) => ArrayLike<number>,
  images: ArrayLike<number>,
): Promise<Readonly<Record<string, Float64Array>>> {
  const device = createReferenceDevice();
  for (const { name } of graph.named("persistent")) device.write(name!, parameters(name!));
  const answers = await (await device.compile({ graph, outputs })).run({ images });
  await device.close();
  return answers as Readonly<Record<string, Float64Array>>;
}

const expected = await computed(
  { graph: network.graph, outputs: { first: network.logits, other: network.otherLogits![0]! } },
  classifier.parameters,
  normalised(classifier.pixels, normalisation),
);
const parity = {
  ...{ images: classifier.pixels, count: COUNT },
  expectedProbabilities: softmax(expected["first"]!, CLASS_NAMES.length),
  expectedLogits: expected["first"]!,
};
const other = {
  expectedProbabilities: Array.from(softmax(expected["other"]!, SHAPES.length)),
  expectedLogits: expected["other"]!,
};

describe("a file of two tasks", () => {
  it("names its outputs after them, and says what their classes are", () => {
    const { graph } = decodeModel(bytes);
    expect(graph!.output.map(({ name }) => name)).toEqual([
      ...["logits", "probabilities", "logits_shape", "probabilities_shape"],
    ]);
    const { taskName, otherTasks, classNames, metadata } = readOnnxMetadata(bytes);
    expect({ taskName, otherTasks, classNames }).toEqual({
      ...{ taskName: "colour", classNames: CLASS_NAMES, otherTasks: [{ name: "shape", classNames: SHAPES }] },
    });
    expect(metadata).toMatchObject({ tasks: '["colour","shape"]', names_shape: expect.stringContaining('"3":"none"') });
  });

  it("is computed by onnxruntime and by the engine as the network is", async () => {
    const session = await openOnnx(bytes);
    const { logits, others } = await session.run(classifier.pixels, COUNT);
    expect(largestError(logits, expected["first"]!)).toBeLessThan(1e-5);
    expect(largestError(others[0]!.logits, expected["other"]!)).toBeLessThan(1e-5);
    expect(largestError(others[0]!.probabilities, other.expectedProbabilities)).toBeLessThan(1e-5);
    await session.close();
    const own = readOnnxGraph(bytes, COUNT, ["shape"])!;
    const images = own.normalised(classifier.pixels);
    const outputs = { first: own.logits, other: own.otherLogits[0]! };
    const got = await computed({ graph: own.graph, outputs }, (name) => own.parameters.get(name)!, images);
    for (const name of ["first", "other"]) expect(largestError(got[name]!, expected[name]!)).toBeLessThan(1e-5);
    expect(readOnnxGraph(bytes, COUNT, ["colour"])).toBeNull();
  });

  it("is checked in both", async () => {
    const report = await checkParity({ ...parity, model: bytes, others: [other] });
    expect(report).toMatchObject({ passed: true, images: COUNT, differentClasses: 0 });
    const wrong = other.expectedProbabilities.map(
      (_, at, all) => all[at - (at % SHAPES.length) + ((at + 1) % SHAPES.length)]!,
    );
    const failed = await checkParity({ ...parity, model: bytes, others: [{ expectedProbabilities: wrong }] });
    expect(failed).toMatchObject({ passed: false, differentClasses: COUNT });
    await expect(checkParity({ ...parity, model: bytes })).rejects.toMatchObject({ code: "E_ONNX_PARITY" });
  });

  it("computes its first task as a file of that task alone", async () => {
    const { taskName: _name, otherTasks: _tasks, ...one } = options;
    const [alone, both] = [await openOnnx(encodeOnnx(one)), await openOnnx(bytes)];
    const [first, second] = [await alone.run(classifier.pixels, COUNT), await both.run(classifier.pixels, COUNT)];
    expect([...second.logits]).toEqual([...first.logits]);
    expect(first.others).toEqual([]);
    await Promise.all([alone.close(), both.close()]);
  });

  it.each([
    ["a task without outputs", { tasks: '["colour","size"]', names_size: '{"0":"s","1":"l"}' }, "E_ONNX_OUTPUT"],
    ["names that are no list", { tasks: '{"0":"colour"}' }, "E_ONNX_NAMES"],
    ["a name twice", { tasks: '["shape","shape"]' }, "E_ONNX_NAMES"],
    ["no class names", { names_shape: "[]" }, "E_ONNX_NAMES"],
    ["too few class names", { names_shape: '{"0":"round"}' }, "E_ONNX_CLASSES"],
  ])("is refused with %s", (_, changed, code) => {
    const message = decodeModel(bytes) as ModelMessage;
    const known = new Map<string, string>(Object.entries(changed));
    const metadataProps = [
      ...message.metadataProps.filter(({ key }) => !known.has(key)),
      ...[...known].map(([key, value]) => ({ key, value })),
    ];
    expect(() => readOnnxMetadata(encodeModel({ ...message, metadataProps }))).toThrow(
      expect.objectContaining({ code, kind: "usage" }),
    );
  });

  it("is not written with class names that do not fit", () => {
    const otherTasks = [{ ...task, classNames: SHAPES.slice(1) }];
    expect(() => encodeOnnx({ ...options, otherTasks })).toThrow(expect.objectContaining({ code: "E_ONNX_CLASSES" }));
  });
});
