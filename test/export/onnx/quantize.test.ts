import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InferenceSession } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { calibrateOnnx, openOnnx, quantizeOnnx } from "../../../src/export/onnx/index.ts";
import { decodeModel, type TensorMessage } from "../../../src/export/onnx/schema.ts";
import type { Value } from "../../../src/graph/index.ts";
import { temporaryFolder } from "../../temporary-folder.ts";
import { createClassifier, type TestLayers } from "./classifier.ts";
import { lacksPython, runPython } from "./python.ts";
import { readGraph, validateOnnx } from "./structure.ts";

const IMAGES = 40;

/** Each operation at least once, odd extents. */
function everything(l: TestLayers, images: Value): Value {
  const stem = l.graph.apply("relu6", [l.batchNorm(l.convolution(images, [3, 3], 8, 1, 1))], {});
  const x = l.batchNorm(l.pointwise(stem, 4, 1, 0, true));
  const separable = l.batchNorm(l.pointwise(l.depthwise(x, 3, 2), 4));
  const dilated = l.batchNorm(l.pointwise(l.depthwise(x, 5, 2, 2), 4), false);
  const pools = [l.batchNorm(l.pool("averagePool", x, 3, 2), false), l.pool("maxPool", x, 3, 2)];
  const node = l.weightedSum([separable, dilated, ...pools]);
  return l.concat([l.relu(node), l.sum([node, l.factorizedReduce(x, 4)], [0.5, 1]), l.pointwise(x, 3, 2, 1)]);
}

const classifier = createClassifier({ batch: IMAGES, features: everything });
const float32 = classifier.encode();

const quantized = async (threads = 1, model = float32) => {
  const ranges = await calibrateOnnx({ model, images: classifier.pixels, count: IMAGES, threads });
  return quantizeOnnx({ model, ranges, metadata: { quantization: "yes" } });
};

const view = ({ rawData }: TensorMessage) => new DataView(rawData.buffer, rawData.byteOffset, rawData.length);
const floatsOf = (tensor: TensorMessage) =>
  Array.from({ length: tensor.rawData.length / 4 }, (_, i) => view(tensor).getFloat32(4 * i, true));

function tensorsOf(bytes: Uint8Array): ReadonlyMap<string, TensorMessage> {
  return new Map(readGraph(bytes).initializer.map((tensor) => [tensor.name, tensor]));
}

describe("calibrateOnnx", () => {
  it("finds the smallest and the largest value of every tensor over all images", async () => {
    const ranges = await calibrateOnnx({ model: float32, images: classifier.pixels, count: IMAGES });
    expect([...ranges.keys()].sort()).toEqual(
      readGraph(float32)
        .valueInfo.map(({ name }) => name)
        .sort(),
    );
    const { low, high } = ranges.get("normalisation/Conv")!;
    expect(low).toBeCloseTo(Math.min(-0.49 / 0.25, -0.48 / 0.24, -0.45 / 0.26), 1);
    expect(high).toBeCloseTo(Math.max(0.51 / 0.25, 0.52 / 0.24, 0.55 / 0.26), 1);
    const [, { high: most }] = [...ranges].find(([name]) => name.endsWith("/Clip"))!;
    expect(most).toBeLessThanOrEqual(6);
  });
});

describe("quantizeOnnx", () => {
  it("has the weights of each Conv and Gemm as integers by channel, rounded as by hand", async () => {
    const bytes = await quantized();
    const [before, after] = [tensorsOf(float32), tensorsOf(bytes)];
    const nodes = new Map(readGraph(bytes).node.map((node) => [node.output[0]!, node]));
    const weighted = [...nodes.values()].filter(({ opType }) => opType === "Conv" || opType === "Gemm");
    expect(weighted.length).toBeGreaterThan(10);
    for (const { input, name } of weighted) {
      const dequantize = nodes.get(input[1]!)!;
      expect(dequantize, name).toMatchObject({ opType: "DequantizeLinear", attribute: [{ name: "axis", i: 0 }] });
      const [integers, scales, zeroPoints] = dequantize.input.map((tensor) => after.get(tensor)!);
      const weights = floatsOf(before.get(integers!.name)!);
      const channels = integers!.dims[0]!;
      const length = weights.length / channels;
      for (let channel = 0; channel < channels; channel++) {
        const own = weights.slice(channel * length, (channel + 1) * length);
        const scale = Math.fround(Math.max(...own.map(Math.abs)) / 63);
        expect(floatsOf(scales!)[channel]).toBe(scale);
        // Random weights lie on no half: the nearest integer is one.
        expect(own.map((_, k) => view(integers!).getInt8(channel * length + k))).toEqual(
          own.map((weight) => Math.round(weight / scale) + 0),
        );
      }
      expect(zeroPoints!.rawData.every((zero) => zero === 0)).toBe(true);
    }
  });

  it("onnxruntime puts operations of integers in the place of all but the softmax", async () => {
    const path = join(temporaryFolder(), "optimised.onnx");
    const options = { optimizedModelFilePath: path, graphOptimizationLevel: "extended", logSeverityLevel: 4 } as const;
    await (await InferenceSession.create(await quantized(), options)).release();
    const kinds = (bytes: Uint8Array) => readGraph(bytes).node.map(({ opType }) => opType);
    const count = (bytes: Uint8Array, kind: string) => kinds(bytes).filter((one) => one === kind).length;
    const optimised = new Uint8Array(readFileSync(path));
    expect(count(optimised, "QLinearConv")).toBe(count(float32, "Conv"));
    expect(new Set(kinds(optimised))).toEqual(
      new Set([
        ...["QuantizeLinear", "DequantizeLinear", "QLinearConv", "QLinearAdd", "QLinearConcat", "QGemm", "MaxPool"],
        ...["QLinearAveragePool", "QLinearGlobalAveragePool", "Slice", "Flatten", "Softmax"],
      ]),
    );
  });

  it("computes nearly the same, in a file of the same inputs and outputs", async () => {
    const bytes = await quantized();
    const problems = await validateOnnx(bytes);
    expect(problems.filter((problem) => !problem.startsWith("the shape of"))).toEqual([]);
    const session = await openOnnx(bytes);
    expect(session.metadata).toMatchObject({ names: expect.any(String), quantization: "yes" });
    const { logits } = await session.run(classifier.pixels, IMAGES);
    await session.close();
    const expected = (await classifier.expected()).logits;
    const spread = Math.max(...expected) - Math.min(...expected);
    const error = Math.sqrt(logits.reduce((sum, logit, i) => sum + (logit - expected[i]!) ** 2, 0) / logits.length);
    expect(error).toBeLessThan(0.05 * spread);
    expect(bytes.length).toBeLessThan(2 * float32.length);
  });

  it("gives the same bytes again, on any number of threads", async () => {
    expect(await quantized(2)).toEqual(await quantized(1));
  });

  it("needs operator set 13", async () => {
    const model = classifier.encode(12);
    expect(() => quantizeOnnx({ model, ranges: new Map() })).toThrow(
      expect.objectContaining({ code: "E_ONNX_OPSET", kind: "usage", message: expect.stringContaining("13 to 17") }),
    );
    expect(decodeModel(await quantized(1, classifier.encode(17))).opsetImport).toEqual([{ version: 17 }]);
  });

  const lacking = lacksPython("onnx", "cv2");
  it.skipIf(lacking !== null)("passes the ONNX checker; OpenCV 4.6 reads no weights of integers", async () => {
    const path = join(temporaryFolder(), "int8.onnx");
    writeFileSync(path, await quantized());
    const check = "import onnx, sys; onnx.checker.check_model(onnx.load(sys.argv[1]), full_check=True)";
    runPython(["-c", check, path]);
    const read = "import cv2, sys; print(cv2.__version__); cv2.dnn.readNetFromONNX(sys.argv[1])";
    if (runPython(["-c", "import cv2; print(cv2.__version__)"]).startsWith("4.6.")) {
      expect(() => runPython(["-c", read, path])).toThrow("DequantizeLinear");
    }
  });
});
