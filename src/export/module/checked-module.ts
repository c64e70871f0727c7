/** @file A module as it was written, run in this process to be compared with its network. */
import type { CheckedModel } from "../onnx/index.ts";
import type { ModuleContent } from "./encode-module.ts";

/** The part of `model.d.ts` that a check needs. */
interface LoadedModule {
  load(files: { readonly wasm: unknown; readonly weights: unknown }): Promise<{
    readonly classes: readonly string[];
    probabilities(pixels: ArrayLike<number>): Float64Array;
  }>;
}

/** Throws what the text of the module throws. */
export async function checkedModule(content: ModuleContent): Promise<CheckedModel> {
  const text = Buffer.from(content["model.js"]).toString("base64");
  const { load } = (await import(`data:text/javascript;base64,${text}`)) as LoadedModule;
  const model = await load({ wasm: content["model.wasm"], weights: content["model.bin"] });
  return {
    classNames: model.classes,
    async run(pixels, count) {
      const length = pixels.length / count;
      const rows = Array.from({ length: count }, (_, k) =>
        model.probabilities(pixels.subarray(k * length, (k + 1) * length)),
      );
      return { probabilities: Float32Array.from(rows.flatMap((row) => [...row])), logits: null };
    },
  };
}
