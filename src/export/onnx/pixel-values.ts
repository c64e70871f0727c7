/**
 * @file From the pixel values of transformers.js to what a network was trained on. These are red, green and blue from 0 to 1, normalised where the network
 * has three channels. One of grey images sees the luminance of light: sRGB is undone, weighted and done again, and rounded to 8 bits, as src/data/image-decoder.ts
 * has it from libvips.
 */
import type { Value } from "../../graph/index.ts";
import type { OnnxGraphBuilder } from "./graph-builder.ts";
import { onnxShape } from "./lowering-context.ts";
import { lowerNormalisation, type Normalisation } from "./normalisation.ts";

/** Of red, green and blue light (ITU-R BT.709). */
const WEIGHTS = [0.2126, 0.7152, 0.0722];
/** sRGB (IEC 61966-2-1): straight up to the bend, then a power. */
const SRGB = { slope: 12.92, offset: 0.055, power: 2.4, bend: 0.04045 } as const;
const SCOPE = "luminance";

/** Appends what there is to do, and returns the tensor of the normalised images. */
export function lowerPixelValues(
  builder: OnnxGraphBuilder,
  images: Value,
  normalisation: Normalisation,
  input: string,
): string {
  if (images.shape[3] === 3) return input;
  return lowerNormalisation(builder, images, normalisation, lowerLuminance(builder, images, input));
}

/** Grey pixels of 0 to 255 from red, green and blue of 0 to 1. Each curve is the sum of its two parts, held where the other one takes over. */
function lowerLuminance(builder: OnnxGraphBuilder, images: Value, input: string): string {
  const { slope, offset, power, bend } = SRGB;
  const colours = onnxShape([...images.shape.slice(0, 3), 3]);
  const grey = onnxShape(images.shape);
  const apply = (op: string, tensor: string, number: number, shape: typeof grey) => {
    const constant = builder.constant(`${SCOPE}.number`, [], [number]);
    return builder.node({ op, inputs: [tensor, constant], scope: SCOPE, shape });
  };
  const add = (first: string, second: string, shape: typeof grey) =>
    builder.node({ op: "Add", inputs: [first, second], scope: SCOPE, shape });

  const straight = apply("Mul", apply("Min", input, bend, colours), 1 / slope, colours);
  const scaled = apply("Mul", apply("Max", input, bend, colours), 1 / (1 + offset), colours);
  const curved = apply("Pow", apply("Add", scaled, offset / (1 + offset), colours), power, colours);
  const filters = builder.constant(`${SCOPE}.weights`, [1, 3, 1, 1], WEIGHTS);
  const counted = builder.constant(`${SCOPE}.bend`, [1], [-(((bend + offset) / (1 + offset)) ** power)]);
  const light = builder.node({
    op: "Conv",
    inputs: [add(straight, curved, colours), filters, counted],
    scope: SCOPE,
    shape: grey,
    attributes: { dilations: [1, 1], group: 1, kernel_shape: [1, 1], pads: [0, 0, 0, 0], strides: [1, 1] },
  });
  const bendOfLight = bend / slope;
  const dark = apply("Mul", apply("Min", light, bendOfLight, grey), 255 * slope, grey);
  const bright = apply(
    "Mul",
    apply("Pow", apply("Max", light, bendOfLight, grey), 1 / power, grey),
    255 * (1 + offset),
    grey,
  );
  const pixels = apply("Add", add(dark, bright, grey), -255 * (offset + bend), grey);
  return builder.node({ op: "Round", inputs: [pixels], scope: SCOPE, shape: grey });
}
