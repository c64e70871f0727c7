/**
 * @file x -> scale * x + shift with one scale and one shift a channel, in float64: what a batch norm is at inference,
 * and what can be moved into the weights of a convolution.
 */

export interface ChannelAffine {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

export function identityAffine(channels: number): ChannelAffine {
  return { scale: new Float64Array(channels).fill(1), shift: new Float64Array(channels) };
}

/** `second` after `first`. */
export function composeAffine(first: ChannelAffine, second: ChannelAffine): ChannelAffine {
  return {
    scale: first.scale.map((scale, channel) => scale * second.scale[channel]!),
    shift: first.shift.map((shift, channel) => shift * second.scale[channel]! + second.shift[channel]!),
  };
}

/** The part that acts on channels `start` to `start + channels`. */
export function sliceAffine(affine: ChannelAffine, start: number, channels: number): ChannelAffine {
  return {
    scale: affine.scale.slice(start, start + channels),
    shift: affine.shift.slice(start, start + channels),
  };
}

/**
 * (x - mean) / sqrt(variance + epsilon) * scale + shift as one affine map.
 * @param vectors mean, variance, then scale and shift or neither, `[C]` each.
 */
export function batchNormAffine(vectors: readonly ArrayLike<number>[], epsilon: number): ChannelAffine {
  const [mean, variance, scale, shift] = vectors as [ArrayLike<number>, ArrayLike<number>, ...ArrayLike<number>[]];
  const factor = Float64Array.from(variance, (v, channel) => (scale?.[channel] ?? 1) / Math.sqrt(v + epsilon));
  return { scale: factor, shift: factor.map((f, channel) => (shift?.[channel] ?? 0) - mean[channel]! * f) };
}
