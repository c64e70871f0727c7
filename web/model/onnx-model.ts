/** @file The run's own `model.onnx`, computed in the page: the runtime is fetched from the page's server when it is first needed. */

import runtimeAddress from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";
import type { InferenceSession } from "onnxruntime-web/wasm";
import { untilAnswered } from "../data/retry.ts";
import type { PixelShape } from "./resize.ts";

export interface OnnxModel {
  /** Probabilities of one image `[H, W, C]`, 0 to 255, one a class. Throws an error if they are no numbers, or too few or many. */
  probabilities(pixels: Uint8Array): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Fetches a model of images of `shape` and of `classCount` classes. Throws an error if it cannot be fetched or run. */
export async function openModel(
  address: string,
  { height, width, channels }: PixelShape,
  classCount: number,
): Promise<OnnxModel> {
  const { InferenceSession, Tensor, env } = await untilAnswered(() => import("onnxruntime-web/wasm"));
  env.wasm.numThreads = 1;
  env.wasm.wasmBinary ??= await fetched(runtimeAddress);
  const session: InferenceSession = await InferenceSession.create(await fetched(address), {
    executionProviders: ["wasm"],
  });
  return {
    async probabilities(pixels) {
      const area = height * width;
      const planes = new Float32Array(pixels.length);
      for (const [index, value] of pixels.entries()) {
        planes[(index % channels) * area + Math.floor(index / channels)] = value;
      }
      const images = new Tensor("float32", planes, [1, channels, height, width]);
      const { probabilities } = await session.run({ images }, ["probabilities"]);
      const values = probabilities!.data as Float32Array;
      if (!values.every(Number.isFinite)) {
        throw new Error(
          "model.onnx gives probabilities that are no numbers: it is damaged, or its training went wrong",
        );
      }
      if (values.length !== classCount) {
        throw new Error(`model.onnx gives ${values.length} probabilities, expected ${classCount}, one a class`);
      }
      return values;
    },
    close: () => session.release(),
  };
}

function fetched(address: string): Promise<ArrayBuffer> {
  return untilAnswered(async () => {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`${address}: the server answers ${response.status}`);
    return response.arrayBuffer();
  });
}
