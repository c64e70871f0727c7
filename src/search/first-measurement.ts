/** @file Where a measurement begins: anywhere, or at A z for a sparse z; at a thousandth, or where mixture weights have the scale of 1. */
import type { RandomStream } from "../random/index.ts";
import { type Dictionary, measure } from "../sparse/index.ts";
import type { CompressionOptions } from "./compression-options.ts";

/** Of the published first values: this times a standard normal. */
const SMALL_SCALE = 1e-3;

/** Recoveries in which a scale is found: a scale that the code follows needs two. */
const MOST_ROUNDS = 8;
const SCALE_TOLERANCE = 1e-9;

/** At the published scale. `sparsity`: entries of z that are not zero. */
export function drawMeasurement(
  dictionary: Dictionary,
  sparsity: number,
  start: CompressionOptions["measurementStart"],
  draws: RandomStream,
): Float64Array {
  const { rows, columns } = dictionary;
  if (start === "random") return Float64Array.from({ length: rows }, () => SMALL_SCALE * draws.normal());
  const code = new Float64Array(columns);
  const order = draws.shuffle(Array.from(code.keys()));
  for (const index of order.slice(0, sparsity)) code[index] = SMALL_SCALE * draws.normal();
  return measure(dictionary, code);
}

/**
 * Scales a measurement in place until the root mean square of its mixture weights is 1, or as near as its recovery lets it come. `weightsOf` recovers
 * the code of the measurement as it is.
 */
export function scaleToUnitWeights(measurement: Float64Array, weightsOf: () => Float64Array): void {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const weights = weightsOf();
    const size = Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0) / weights.length);
    if (size === 0 || Math.abs(size - 1) < SCALE_TOLERANCE) return;
    for (let i = 0; i < measurement.length; i++) measurement[i]! /= size;
  }
}
