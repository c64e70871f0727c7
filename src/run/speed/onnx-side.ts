/** @file A model file in onnxruntime. */
import type { AnyModel } from "../../export/index.ts";
import { randomPixels } from "./random-pixels.ts";
import type { SpeedSide } from "./speed-side.ts";

/** Takes `model` over. */
export function onnxSide(model: AnyModel, threads: number): SpeedSide {
  const length = model.imageShape.reduce((product, extent) => product * extent, 1);
  return {
    runtime: "onnxruntime",
    threads,
    fixedBatch: model.fixedBatch,
    async prepare(batch) {
      return { run: model.prepare(Float32Array.from(randomPixels(batch * length)), batch), release: () => {} };
    },
    close: () => model.close(),
  };
}
