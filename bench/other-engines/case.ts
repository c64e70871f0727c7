/** @file What is asked of every engine: operations on 64 images of 32x32x16 channels, in float32, and their operands. */
import { elementCount, type Shape } from "../../src/graph/index.ts";
import { RandomStream } from "../../src/random/index.ts";
import { IMAGES } from "../operation-time.ts";

const EXTENT = 32;
export const CHANNELS = 16;
export const EPSILON = 1e-5;
/** Of the images before and after every operation. */
export const SHAPE: Shape = [IMAGES, EXTENT, EXTENT, CHANNELS];

/** `normalise`: batch norm with the statistics of the batch, without scale and shift. */
type Layer = "depthwise" | "pointwise" | "normalise";

/** The output, or the gradient of the input or of the filter. For `normalise`, `dx` asks for the output too. */
export type Wanted = "y" | "dx" | "dw";

export interface Case {
  readonly layer: Layer;
  /** Extent of the filter. */
  readonly size: number;
  readonly dilation: number;
  readonly wanted: Wanted;
}

/** In the layout of this engine: images NHWC, filters [k, k, C] and [from, to]. */
export interface Operands {
  readonly x: Float32Array;
  readonly filter: Float32Array;
  /** Gradient of the output. */
  readonly dy: Float32Array;
}

export const CASES: readonly Case[] = [
  ...(["y", "dx", "dw"] as const).map((wanted): Case => ({ layer: "depthwise", size: 3, dilation: 1, wanted })),
  ...(["y", "dx", "dw"] as const).map((wanted): Case => ({ layer: "depthwise", size: 5, dilation: 2, wanted })),
  ...(["y", "dx", "dw"] as const).map((wanted): Case => ({ layer: "pointwise", size: 1, dilation: 1, wanted })),
  ...(["y", "dx"] as const).map((wanted): Case => ({ layer: "normalise", size: 1, dilation: 1, wanted })),
];

export function titleOf({ layer, size, dilation, wanted }: Case): string {
  if (layer === "normalise")
    return wanted === "y" ? "batch norm in training, forward" : "batch norm, forward and gradient";
  const passes = { y: "forward", dx: "gradient of input", dw: "gradient of filter" };
  const kind =
    layer === "pointwise" ? "pointwise 16->16" : `${dilation > 1 ? "dilated " : ""}depthwise ${size}x${size}`;
  return `${kind}, ${passes[wanted]}`;
}

/** Shape of the filter; of a pointwise one [from, to]. */
export function filterShape({ layer, size }: Case): Shape {
  return layer === "depthwise" ? [size, size, CHANNELS] : [CHANNELS, CHANNELS];
}

export function operandsOf(bench: Case): Operands {
  const random = new RandomStream(1);
  const draw = (shape: Shape) => Float32Array.from({ length: elementCount(shape) }, () => random.normal());
  return { x: draw(SHAPE), filter: draw(filterShape(bench)), dy: draw(SHAPE) };
}
