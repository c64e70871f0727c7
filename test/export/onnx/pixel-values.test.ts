import { InferenceSession, Tensor } from "onnxruntime-node";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { checkParity, openPixelValues } from "../../../src/export/onnx/index.ts";
import { decodeModel, encodeModel, type ModelMessage } from "../../../src/export/onnx/schema.ts";
import { RandomStreams } from "../../../src/random/index.ts";
import { CLASS_NAMES, createClassifier, NORMALISATION } from "./classifier.ts";
import { readGraph, validateOnnx } from "./structure.ts";

const classifier = (channels: number) =>
  createClassifier({ channels, features: (l, x) => l.batchNorm(l.convolution(x, [3, 3], 4, 1, 1)) });

const SIDE = 64;

/** What the file makes of colours `[side, side, 3]`, before it is normalised. */
async function greyOf(colours: Uint8Array): Promise<Float32Array> {
  const size = { channels: 1, height: SIDE, width: SIDE };
  const { encode } = createClassifier({ ...size, features: (l, x) => l.convolution(x, [1, 1], 2) });
  const model = decodeModel(encode(undefined, "pixel_values")) as ModelMessage;
  const { graph } = model;
  const output = graph.valueInfo.filter(({ name }) => name === "luminance/Round");
  const session = await InferenceSession.create(encodeModel({ ...model, graph: { ...graph, output } }));
  const values = Float32Array.from(
    colours,
    (_, at) => colours[3 * (at % SIDE ** 2) + Math.floor(at / SIDE ** 2)]! / 255,
  );
  const outputs = await session.run({ pixel_values: new Tensor("float32", values, [1, 3, SIDE, SIDE]) });
  await session.release();
  return outputs["luminance/Round"]!.data as Float32Array;
}

describe("models that take pixel_values", () => {
  it.each([1, 3])("of %i channels compute what the network does", async (channels) => {
    const { encode, expected, pixels } = classifier(channels);
    const bytes = encode(undefined, "pixel_values");
    expect(await validateOnnx(bytes)).toEqual([]);
    expect(readGraph(bytes).input.map(({ name }) => name)).toEqual(["pixel_values"]);
    const normalisation = {
      mean: NORMALISATION.mean.slice(0, channels),
      standardDeviation: NORMALISATION.standardDeviation.slice(0, channels),
    };
    const shape = { height: 7, width: 10, channels };
    const session = await openPixelValues(bytes, { classNames: CLASS_NAMES, shape, normalisation });
    const { probabilities, logits } = await expected();
    const report = await checkParity({
      ...{ model: session, images: pixels, count: 2 },
      ...{ expectedProbabilities: probabilities, expectedLogits: logits },
    });
    await session.close();
    expect(report).toMatchObject({ passed: true, differentClasses: 0 });
    expect(report.worstLogitDifference).toBeLessThan(1e-4);
  });

  it("say nothing of pixels in their metadata: it is said beside the file", () => {
    const entries = decodeModel(classifier(3).encode(undefined, "pixel_values")).metadataProps.map(({ key }) => key);
    expect(entries).toEqual(["task", "names", "imgsz"]);
  });

  it("make grey of colours as our decoder does, to one of 256", async () => {
    const stream = new RandomStreams(1).stream("colours");
    const colours = Uint8Array.from({ length: SIDE * SIDE * 3 }, () => stream.integer(256));
    const expected = await sharp(colours, { raw: { width: SIDE, height: SIDE, channels: 3 } })
      .toColourspace("b-w")
      .raw({ depth: "uchar" })
      .toBuffer();
    const differences = (await greyOf(colours)).map((grey, i) => Math.abs(grey - expected[i]!));
    expect(Math.max(...differences)).toBeLessThanOrEqual(1);
  });

  it("leave grey as it is, every one of 256", async () => {
    const ramp = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, at) => Math.floor(at / 3) % 256);
    const grey = Array.from(await greyOf(ramp), (value) => value + 0); // no -0
    expect(grey).toEqual(Array.from({ length: SIDE * SIDE }, (_, at) => at % 256));
  });
});
