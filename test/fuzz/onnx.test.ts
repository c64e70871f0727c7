import { expect } from "vitest";
import { readOnnxMetadata } from "../../src/export/onnx/index.ts";
import { createClassifier } from "../export/onnx/classifier.ts";
import { fuzzReader } from "./fuzz-reader.ts";
import { mutatedFiles } from "./mutations.ts";

const whole = createClassifier({
  features: (layers, images) => layers.batchNorm(layers.convolution(images, [3, 3], 2, 1, 1)),
}).encode();

fuzzReader({
  name: "ONNX",
  valid: [whole],
  inputs: mutatedFiles([whole], ["images", "logits", "names", "{}"]),
  sizeOf: (bytes) => bytes.length,
  read: (bytes) => readOnnxMetadata(bytes),
  check: ({ inputShape, classNames }) => {
    for (const extent of Object.values(inputShape)) expect(extent).toBeGreaterThan(0);
    expect(new Set(classNames).size).toBe(classNames.length);
  },
});
