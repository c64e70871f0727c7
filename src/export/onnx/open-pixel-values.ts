/** @file Runs a model that takes `pixel_values` as its client does, so that it can be compared with the network. */
import { channelsFirst } from "./channels-first.ts";
import { loadModel } from "./load-model.ts";
import type { ModelInputShape } from "./metadata.ts";
import type { Normalisation } from "./normalisation.ts";
import type { OpenModel } from "./parity.ts";

export interface PixelValuesOptions {
  readonly classNames: readonly string[];
  /** Of the images that the network was trained on. */
  readonly shape: ModelInputShape;
  readonly normalisation: Normalisation;
}

/** Its `run` takes images `[count, H, W, C]`, 0 to 255, which have the size of the network already. Throws what `loadModel` throws. */
export async function openPixelValues(
  bytes: Uint8Array,
  { classNames, shape, normalisation }: PixelValuesOptions,
): Promise<OpenModel> {
  const { session, Tensor } = await loadModel(bytes);
  const { height, width, channels } = shape;
  const { mean, standardDeviation } = normalisation;
  const isGrey = channels === 1;
  return {
    classNames,
    async run(pixels, count) {
      const values = Float32Array.from({ length: count * height * width * 3 }, (_, at) => {
        const value = pixels[isGrey ? Math.floor(at / 3) : at]! / 255;
        return isGrey ? value : (value - mean[at % 3]!) / standardDeviation[at % 3]!;
      });
      const planes = channelsFirst(values, count, { height, width, channels: 3 });
      const outputs = await session.run({ pixel_values: new Tensor("float32", planes, [count, 3, height, width]) });
      return {
        logits: outputs["logits"]!.data as Float32Array,
        probabilities: outputs["probabilities"]!.data as Float32Array,
      };
    },
    close: () => session.release(),
  };
}
