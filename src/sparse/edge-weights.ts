/**
 * @file From the trained measurement to the numbers the super-net multiplies its active candidates by, and the gradient back.
 *
 * During an epoch the code z and its support S are constants and only b moves: alpha_S = b^T A_S - (E^T z_S)_S with E = A^T A - I,
 * which equals z_S + A_S^T (b - A_S z_S): z_S plus one unit gradient step. Hence dL/db = A_S dL/dalpha_S.
 */
import { assertLength, assertSupport } from "./assert-fit.ts";
import type { Dictionary } from "./dictionary.ts";
import { columnOf, dot } from "./products.ts";
import type { SparseCode } from "./recover.ts";

/**
 * alpha_S in the order of the support, of length `support.length`. `measurement` is the present b, of length rows; the code may
 * come from an earlier one.
 * @throws `E_EDGE_WEIGHTS` when the measurement or the code does not fit the dictionary.
 */
export function edgeWeights(
  dictionary: Dictionary,
  measurement: ArrayLike<number>,
  code: Pick<SparseCode, "support" | "truncated">,
): Float64Array {
  const { support, truncated } = code;
  assertLength("measurement", measurement.length, dictionary.rows);
  assertLength("truncated code", truncated.length, dictionary.columns);
  assertSupport(dictionary, support);
  const present = Float64Array.from(measurement);
  const columns = support.map((index) => columnOf(dictionary, index));
  return Float64Array.from(support, (index, k) => {
    let bias = -truncated[index];
    for (const [i, other] of support.entries()) bias += dot(columns[k]!, columns[i]!) * truncated[other];
    return dot(columns[k]!, present) - bias;
  });
}

/**
 * A_S g: the gradient with respect to the measurement, of length rows, from the one with respect to the edge weights, of length
 * `support.length` in its order.
 * @throws `E_EDGE_WEIGHTS` when the lengths do not agree.
 */
export function measurementGradient(
  dictionary: Dictionary,
  support: readonly number[],
  edgeWeightGradient: ArrayLike<number>,
): Float64Array {
  assertLength("edge weight gradient", edgeWeightGradient.length, support.length);
  assertSupport(dictionary, support);
  const { rows, columns, values } = dictionary;
  const gradient = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    for (const [k, index] of support.entries()) gradient[i] += values[i * columns + index] * edgeWeightGradient[k]!;
  }
  return gradient;
}
