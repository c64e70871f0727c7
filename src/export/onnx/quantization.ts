/**
 * @file Real numbers as small integers: value = scale * (integer - zero point), rounded to the nearest integer, halves to the
 * even one as QuantizeLinear does. Activations are uint8 with one scale a tensor, weights int8 around zero with one a channel,
 * biases int32 with the product of the two (Jacob et al. 2018; Krishnamoorthi 2018).
 */

/** Smallest and largest value of a tensor. */
export interface ValueRange {
  readonly low: number;
  readonly high: number;
}

export interface TensorScale {
  /** A float32. */
  readonly scale: number;
  /** 0 to 255, and as a value exactly 0: padding and ReLU are exact. */
  readonly zeroPoint: number;
}

export interface ChannelIntegers {
  readonly weights: Int8Array;
  /** Of each output channel. */
  readonly weightScales: Float32Array;
  /** Null where there is no bias. */
  readonly bias: Int32Array | null;
  readonly biasScales: Float32Array;
}

const LARGEST_ACTIVATION = 255;
/**
 * Seven bits. Processors without dot products of bytes (VNNI) add two products of an activation and a weight in 16 bits, which
 * saturate: 2 * 255 * 63 fits, 2 * 255 * 127 does not, and the same file would answer otherwise there.
 */
const LARGEST_WEIGHT = 63;
/** A quarter of what 32 bits hold: the rest is left to the sum that the bias is added to. */
const LARGEST_BIAS = 2 ** 29;
/** Of the bounds of a range. */
const SIGNIFICANT_BITS = 8;

/**
 * The scale of a tensor whose values lie in `range`. Bounds are rounded away from zero to 8 significant bits, so that what another
 * processor or number of threads makes of their last bits is not seen in a file.
 */
export function scaleOfRange({ low, high }: ValueRange): TensorScale {
  const from = Math.min(0, -roundedUp(-low));
  const to = Math.max(0, roundedUp(high));
  if (from === to) return { scale: 1, zeroPoint: 0 };
  const scale = floatBelow(to - from);
  return { scale, zeroPoint: Math.min(LARGEST_ACTIVATION, roundHalfToEven((0 - from) / scale)) };
}

/**
 * Weights `[channels, ...]` and bias `[channels]` of a convolution or a linear layer whose input has scale `inputScale`. The
 * largest weight of a channel becomes 63 or -63; in a channel whose weights are so small that its bias would not fit into
 * its integers, the scale is what the bias needs.
 */
export function quantizeChannels(
  weights: Float32Array,
  bias: Float32Array | null,
  channels: number,
  inputScale: number,
): ChannelIntegers {
  const length = weights.length / channels;
  const weightScales = new Float32Array(channels);
  for (let channel = 0; channel < channels; channel++) {
    const own = weights.subarray(channel * length, (channel + 1) * length);
    const largest = own.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
    const ofBias = Math.abs(bias?.[channel] ?? 0) / LARGEST_BIAS / inputScale;
    weightScales[channel] = Math.fround(Math.max(largest / LARGEST_WEIGHT, ofBias)) || 1;
  }
  const biasScales = weightScales.map((scale) => scale * inputScale);
  return {
    weights: Int8Array.from(weights, (weight, at) => {
      const integer = roundHalfToEven(weight / weightScales[Math.floor(at / length)]!);
      return Math.max(-LARGEST_WEIGHT, Math.min(LARGEST_WEIGHT, integer));
    }),
    weightScales,
    bias: bias === null ? null : Int32Array.from(bias, (value, at) => roundHalfToEven(value / biasScales[at]!)),
    biasScales,
  };
}

function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}

/**
 * The scale of 256 integers that reach no further than `extent`, as float32 computes it: only then does onnxruntime see that they cannot go beyond what a
 * ReLU6 lets pass, and leave that out.
 */
function floatBelow(extent: number): number {
  const scale = Math.fround(extent / LARGEST_ACTIVATION);
  return Math.fround(scale * LARGEST_ACTIVATION) <= extent ? scale : Math.fround(scale * (1 - 2 ** -24));
}

/** To the next number of 8 significant bits, if it is above 0. */
function roundedUp(value: number): number {
  if (!(value > 0)) return value;
  const step = 2 ** (Math.floor(Math.log2(value)) - SIGNIFICANT_BITS + 1);
  return Math.ceil(value / step) * step;
}
