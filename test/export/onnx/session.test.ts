import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as web from "onnxruntime-web";
import { describe, expect, it } from "vitest";
import { checkParity, encodeOnnx, openOnnx, readOnnxMetadata } from "../../../src/export/onnx/index.ts";
import {
  decodeModel,
  encodeModel,
  type GraphMessage,
  type ModelMessage,
  type ValueInfoMessage,
} from "../../../src/export/onnx/schema.ts";
import type { Value } from "../../../src/graph/index.ts";
import { temporaryFolder } from "../../temporary-folder.ts";
import { CLASS_NAMES, createClassifier, largestError, NORMALISATION, type TestLayers } from "./classifier.ts";

/** Each operation at least once, odd extents. */
function everything(l: TestLayers, images: Value): Value {
  const stem = l.batchNorm(l.convolution(images, [3, 3], 8, 1, 1));
  const x = l.batchNorm(l.pointwise(stem, 4, 1, 0, true));
  const separable = l.batchNorm(l.pointwise(l.depthwise(x, 3, 2), 4));
  const dilated = l.batchNorm(l.pointwise(l.depthwise(x, 5, 2, 2), 4), false);
  const pools = [l.batchNorm(l.pool("averagePool", x, 3, 2), false), l.pool("maxPool", x, 3, 2)];
  const node = l.weightedSum([separable, dilated, ...pools]);
  return l.concat([l.relu(node), l.sum([node, l.factorizedReduce(x, 4)], [0.5, 1]), l.pointwise(x, 3, 2, 1)]);
}

describe("readOnnxMetadata", () => {
  const classifier = createClassifier({ features: everything });
  const model = (): ModelMessage => decodeModel(classifier.encode()) as ModelMessage;
  const refuses = (code: string, bytes: Uint8Array) =>
    expect(() => readOnnxMetadata(bytes)).toThrow(expect.objectContaining({ code, kind: "usage" }));

  it("reads what was written", () => {
    const { graph, images, logits, parameters } = classifier;
    const normalisation = { mean: [0.5, 0.25, 0], standardDeviation: [0.2, 0.3, 1] };
    const metadata = { genotype: "normal: ...", seed: "2" };
    const producerVersion = "0.1.0";
    const bytes = encodeOnnx({
      graph,
      images,
      logits,
      parameters,
      normalisation,
      classNames: CLASS_NAMES,
      producerVersion,
      metadata,
    });
    expect(readOnnxMetadata(bytes)).toEqual({
      inputShape: { height: 7, width: 10, channels: 3 },
      classNames: CLASS_NAMES,
      fitting: { fit: "crop", padColour: [] },
      metadata: {
        task: "classify",
        names: '{"0":"cat","1":"dog","2":"größe 3"}',
        imgsz: "[7,10]",
        channels: "3",
        mean: "[0.5,0.25,0]",
        std: "[0.2,0.3,1]",
        input_range: "[0,255]",
        layout: "NCHW",
        channel_order: "RGB",
        orientation: "turned as EXIF says",
        alpha: "laid on white",
        colour_space: "sRGB",
        fit: "crop",
        resize: "cover: scaled until both sides are covered; Lanczos of 3 lobes to smaller, cubic to larger",
        crop: "centre",
        ...metadata,
      },
    });
  });

  it("says how images are padded, and tells it again", () => {
    const fitting = { fit: "pad", padColour: [1, 128, 255] } as const;
    const { graph, images, logits, parameters } = classifier;
    const normalisation = { mean: [0.5, 0.25, 0], standardDeviation: [0.2, 0.3, 1] };
    const options = { graph, images, logits, parameters, normalisation, classNames: CLASS_NAMES, producerVersion: "1" };
    const bytes = encodeOnnx({ ...options, fitting });
    const { metadata, fitting: read } = readOnnxMetadata(bytes);
    expect(read).toEqual(fitting);
    expect(metadata).toMatchObject({ fit: "pad", pad: "centre", pad_colour: "[1,128,255]" });
    expect(metadata).not.toHaveProperty("crop");
    const stretched = readOnnxMetadata(encodeOnnx({ ...options, fitting: { fit: "stretch", padColour: [] } }));
    expect(stretched.fitting.fit).toBe("stretch");
    expect(stretched.metadata["resize"]).toMatch(/^stretch/);
  });

  it("takes a file that says nothing of it for one of cropped images, and refuses what it does not know", () => {
    const names = { key: "names", value: JSON.stringify(Object.fromEntries(CLASS_NAMES.entries())) };
    const saying = (entries: Readonly<Record<string, string>>) => {
      const more = Object.entries(entries).map(([key, value]) => ({ key, value }));
      return encodeModel({ ...model(), metadataProps: [names, ...more] });
    };
    expect(readOnnxMetadata(saying({})).fitting).toEqual({ fit: "crop", padColour: [] });
    refuses("E_ONNX_METADATA", saying({ fit: "cover" }));
    for (const colour of ["", "[1,2]", "[1,2,3,4]", "[1,2,256]", "[1,2,0.5]", '"grey"']) {
      refuses("E_ONNX_METADATA", saying({ fit: "pad", pad_colour: colour }));
    }
    expect(() => readOnnxMetadata(saying({ fit: "pad" }))).toThrow("pad_colour: got none, expected a list of 3");
  });

  it("refuses class names that do not fit the logits, are empty or given twice", () => {
    const named = (names: readonly string[]) =>
      encodeModel({
        ...model(),
        metadataProps: [{ key: "names", value: JSON.stringify(Object.fromEntries(names.entries())) }],
      });
    refuses("E_ONNX_CLASSES", named(["a", "b"]));
    expect(() => readOnnxMetadata(named(["a", "b"]))).toThrow("class names: got 2, expected 3, one a logit");
    refuses("E_ONNX_CLASSES", named(["a", "b", "a"]));
    refuses("E_ONNX_CLASSES", named(["a", " ", "b"]));
  });

  it("refuses a parameter that is no finite number, by its name", () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const damaged = model();
      const { name, rawData } = damaged.graph.initializer.at(-1)!;
      new DataView(rawData.buffer, rawData.byteOffset).setFloat32(4, bad, true);
      expect(() => readOnnxMetadata(encodeModel(damaged))).toThrow(
        expect.objectContaining({
          code: "E_ONNX_NOT_FINITE",
          message: `onnx: parameter ${name}: got ${bad} at 1, expected a finite number`,
        }),
      );
    }
  });

  it("refuses what is not a model, or not all of one", () => {
    const bytes = classifier.encode();
    refuses("E_ONNX_FORMAT", new Uint8Array());
    refuses("E_ONNX_FORMAT", Buffer.from("not a model at all"));
    refuses("E_ONNX_FORMAT", Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
    for (let length = 1; length < bytes.length; length += 97) {
      expect(() => readOnnxMetadata(bytes.subarray(0, length))).toThrow(/^onnx: /);
    }
  });

  it("refuses models without our inputs, outputs or names", () => {
    const { graph, ...rest } = model();
    const encode = (parts: Partial<GraphMessage>) => encodeModel({ ...rest, graph: { ...graph, ...parts } });
    const [input] = graph.input;
    const { shape, elemType } = input!.type.tensorType;
    const changed = (tensorType: Partial<ValueInfoMessage["type"]["tensorType"]>) =>
      encode({ input: [{ ...input!, type: { tensorType: { shape, elemType, ...tensorType } } }] });
    refuses("E_ONNX_INPUT", encode({ input: [] }));
    refuses("E_ONNX_INPUT", encode({ input: [{ ...graph.input[0]!, name: "pixels" }] }));
    refuses("E_ONNX_INPUT", encode({ input: graph.output }));
    refuses("E_ONNX_INPUT", changed({ elemType: 2 }));
    refuses("E_ONNX_INPUT", changed({ shape: { dim: [...shape.dim, { dimValue: 1 }] } }));
    refuses("E_ONNX_INPUT", changed({ shape: { dim: shape.dim.slice(1) } }));
    const side = { dimValue: 5000 };
    refuses("E_ONNX_INPUT", changed({ shape: { dim: [...shape.dim.slice(0, 2), side, side] } }));
    refuses("E_ONNX_INPUT", changed({ shape: { dim: [shape.dim[0]!, side, ...shape.dim.slice(2)] } }));
    refuses("E_ONNX_INPUT", changed({ shape: { dim: [...shape.dim.slice(0, 3), { dimParam: "W" }] } }));
    refuses("E_ONNX_OUTPUT", encode({ output: graph.output.slice(1) }));
    const wider = changed({ shape: { dim: [...shape.dim.slice(0, 3), { dimValue: 9 }] } });
    expect(readOnnxMetadata(wider).inputShape).toEqual({ height: 7, width: 9, channels: 3 });
    for (const names of ["", "{}", "cat, dog", '{"1":"dog"}', '{"0":7}', "null", '"cat"']) {
      refuses("E_ONNX_NAMES", encodeModel({ ...rest, graph, metadataProps: [{ key: "names", value: names }] }));
    }
    refuses("E_ONNX_NAMES", encodeModel({ ...rest, graph, metadataProps: [] }));
  });
});

describe("openOnnx", () => {
  const classifier = createClassifier({ features: everything, batch: 5 });
  const bytes = classifier.encode();

  it("runs from bytes and from a file, on bytes and on floats, one image at a time and all at once", async () => {
    const expected = await classifier.expected();
    const path = join(temporaryFolder(), "model.onnx");
    await writeFile(path, bytes);
    const session = await openOnnx(path, { threads: 1 });
    expect(session.classNames).toEqual(CLASS_NAMES);
    expect(session.inputShape).toEqual({ height: 7, width: 10, channels: 3 });
    expect(session.metadata["task"]).toBe("classify");
    const all = await session.run(Float32Array.from(classifier.pixels), 5);
    expect(largestError(all.logits, expected.logits)).toBeLessThan(1e-5);
    const one = await session.run(classifier.pixels.subarray(2 * 210, 3 * 210), 1);
    expect(largestError(one.probabilities, expected.probabilities.subarray(2 * 3, 3 * 3))).toBeLessThan(1e-5);
    await session.close();
    await session.close();
    await expect(session.run(classifier.pixels, 5)).rejects.toMatchObject({ code: "E_ONNX_RUN" });
  });

  it("says what is wrong with pixels, files, models", async () => {
    const session = await openOnnx(bytes);
    for (const [length, count] of [
      [1050, 4],
      [1049, 5],
      [0, 0],
      [105, 0.5],
    ] as const) {
      await expect(session.run(new Uint8Array(length), count)).rejects.toMatchObject({ code: "E_ONNX_PIXELS" });
    }
    await session.close();
    await expect(openOnnx("/nowhere/model.onnx")).rejects.toMatchObject({ code: "E_ONNX_FILE", kind: "usage" });
    await expect(openOnnx(bytes.subarray(0, 300))).rejects.toMatchObject({ code: "E_ONNX_FORMAT" });
    const { graph, ...rest } = decodeModel(bytes) as ModelMessage;
    const cut = encodeModel({ ...rest, graph: { ...graph, node: graph.node.slice(1) } });
    await expect(openOnnx(cut)).rejects.toMatchObject({ code: "E_ONNX_LOAD", kind: "failure" });
  });
});

describe("onnxruntime-web", () => {
  it("loads the model and gives the same numbers at 1 and 5 images", async () => {
    web.env.wasm.numThreads = 1;
    for (const batch of [1, 5]) {
      const classifier = createClassifier({ features: everything, batch });
      const session = await web.InferenceSession.create(classifier.encode(), { executionProviders: ["wasm"] });
      const channelsFirst = Float32Array.from(classifier.pixels, (_, at) => {
        const [image, channel, pixel] = [Math.floor(at / 210), Math.floor((at % 210) / 70), at % 70];
        return classifier.pixels[image * 210 + pixel * 3 + channel]!;
      });
      const images = new web.Tensor("float32", channelsFirst, [batch, 3, 7, 10]);
      const outputs = await session.run({ images });
      const expected = await classifier.expected();
      expect(largestError(outputs["logits"]!.data as Float32Array, expected.logits)).toBeLessThan(1e-5);
      expect(largestError(outputs["probabilities"]!.data as Float32Array, expected.probabilities)).toBeLessThan(1e-5);
      await session.release();
    }
  });
});

describe("checkParity", () => {
  const classifier = createClassifier({ features: everything, batch: 5 });
  const model = classifier.encode();
  const { pixels: images } = classifier;
  const count = 5;

  it("passes a model against its own network, in batches, from bytes or a session", async () => {
    const { logits, probabilities } = await classifier.expected();
    const options = { images, count, expectedProbabilities: probabilities, expectedLogits: logits };
    const report = await checkParity({ ...options, model, batch: 2 });
    expect(report).toMatchObject({ images: 5, tolerance: 1e-4, differentClasses: 0, passed: true });
    expect(report.worstProbabilityDifference).toBeLessThan(1e-5);
    expect(report.worstLogitDifference).toBeLessThan(1e-5);
    const session = await openOnnx(model);
    const again = await checkParity({ ...options, model: session });
    expect(again.passed).toBe(true);
    await session.run(images, count);
    await session.close();
  });

  it("finds the image that differs, counts classes but not ties, and leaves logits out if there are none", async () => {
    const { probabilities } = await classifier.expected();
    const changed = probabilities.slice();
    const [top, other] = [...changed.subarray(9, 12)].map((p, k) => [p, k] as const).sort(([a], [b]) => b - a);
    changed[9 + top![1]] = other![0];
    changed[9 + other![1]] = top![0];
    const report = await checkParity({ model, images, count, expectedProbabilities: changed, batch: 2 });
    expect(report).toMatchObject({ worstImage: 3, differentClasses: 1, worstLogitDifference: null, passed: false });
    expect(report.worstProbabilityDifference).toBeCloseTo(top![0] - other![0], 5);
    const tolerance = top![0] - other![0] + 1e-6;
    const lenient = await checkParity({ model, images, count, expectedProbabilities: changed, tolerance });
    expect(lenient).toMatchObject({ differentClasses: 0, passed: true });
  });

  it("does not pass what is not a number", async () => {
    const expectedProbabilities = new Float64Array(15).fill(Number.NaN);
    const report = await checkParity({ model, images, count, expectedProbabilities });
    expect(report).toMatchObject({
      differentClasses: 5,
      worstProbabilityDifference: Number.POSITIVE_INFINITY,
      passed: false,
    });
  });

  it("refuses expected values of another number", async () => {
    const wrong = { code: "E_ONNX_PARITY", kind: "usage" };
    const expectedProbabilities = new Float64Array(15);
    await expect(
      checkParity({ model, images, count, expectedProbabilities: new Float64Array(14) }),
    ).rejects.toMatchObject(wrong);
    await expect(
      checkParity({ model, images, count, expectedProbabilities, expectedLogits: [] }),
    ).rejects.toMatchObject(wrong);
    await expect(
      checkParity({ model, images: new Uint8Array(), count: 0, expectedProbabilities: [] }),
    ).rejects.toMatchObject(wrong);
  });
});

describe("normalisation", () => {
  it("happens before the zeros of the first convolution, not after", async () => {
    const features = (l: TestLayers, x: Value) => l.convolution(x, [3, 3], 4, 1, 1);
    const classifier = createClassifier({ features, height: 3, width: 3, channels: 4, batch: 1 });
    classifier.pixels.fill(0);
    const { logits } = await classifier.expected();
    const report = await checkParity({
      model: classifier.encode(),
      images: classifier.pixels,
      count: 1,
      expectedProbabilities: (await classifier.expected()).probabilities,
      expectedLogits: logits,
    });
    expect(NORMALISATION.mean.every((mean) => mean !== 0)).toBe(true);
    expect(report.worstLogitDifference).toBeLessThan(1e-5);
  });
});
