/**
 * @file From pixels to what the network was trained on, inside the model. It is not folded into the first convolution:
 * that one pads the normalised image with zeros, and a zero after normalisation is no zero before.
 */
import { IstaNasError } from "../../error.ts";
import type { Value } from "../../graph/index.ts";
import type { OnnxGraphBuilder } from "./graph-builder.ts";
import { affineConv } from "./lower-affine.ts";
import { onnxShape } from "./lowering-context.ts";

/** How images were normalised in training: (x / 255 - mean) / standardDeviation, one number a channel. */
export interface Normalisation {
  readonly mean: readonly number[];
  readonly standardDeviation: readonly number[];
}

/**
 * Appends (x / 255 - mean) / standardDeviation as one node, and returns the tensor of the normalised images. `input`: that of the pixels. Throws `E_ONNX_NORMALISATION` unless there is a mean and a positive deviation for each channel of `images`.
 */
export function lowerNormalisation(
  builder: OnnxGraphBuilder,
  images: Value,
  normalisation: Normalisation,
  input: string,
): string {
  const { mean, standardDeviation } = normalisation;
  const channels = images.shape[3]!;
  const isUsable =
    mean.length === channels &&
    standardDeviation.length === channels &&
    mean.every(Number.isFinite) &&
    standardDeviation.every((deviation) => Number.isFinite(deviation) && deviation > 0);
  if (!isUsable) {
    throw new IstaNasError(
      `onnx: normalisation: got mean [${mean}] and standard deviation [${standardDeviation}], ` +
        `expected ${channels} finite numbers each, the deviations positive`,
      { code: "E_ONNX_NORMALISATION", kind: "usage" },
    );
  }
  const affine = {
    scale: Float64Array.from(standardDeviation, (deviation) => 1 / (255 * deviation)),
    shift: Float64Array.from(standardDeviation, (deviation, channel) => -mean[channel]! / deviation),
  };
  return builder.node({
    ...affineConv(builder, { input, affine, names: ["normalisation.scale", "normalisation.shift"] }),
    scope: "normalisation",
    shape: onnxShape(images.shape),
  });
}
