/**
 * @file Weights of the kept candidates by least squares, alpha_S = A_S^+ b, and the gradient back: what the LASSO shrank and the cut to S left over
 * is put right, so that the weights are the code of the present b on S, as Proposition 1 has it, and not a step from an earlier one.
 */
import { assertLength, assertSupport } from "./assert-fit.ts";
import type { Dictionary } from "./dictionary.ts";
import { residualNormOf } from "./products.ts";
import type { SparseCode } from "./recover.ts";
import { ActiveColumns } from "./solvers/active-columns.ts";

/**
 * argmin over a of ||A_S a - b||, in the order of the support, of length `support.length`. A column that depends linearly on those before it in the
 * support gets 0.
 * @throws `E_EDGE_WEIGHTS` when measurement or support do not fit the dictionary.
 */
export function debiasedWeights(
  dictionary: Dictionary,
  measurement: ArrayLike<number>,
  support: readonly number[],
): Float64Array {
  assertLength("measurement", measurement.length, dictionary.rows);
  const active = independent(dictionary, support);
  const solution = active.leastSquares(Float64Array.from(measurement));
  return Float64Array.from(support, (index) => solution[active.columns.indexOf(index)] ?? 0);
}

/**
 * A_S (A_S^T A_S)^-1 g: the gradient with respect to the measurement, of length rows, from the one with respect to the debiased weights, in the
 * order of the support.
 * @throws `E_EDGE_WEIGHTS` when the lengths do not agree.
 */
export function debiasedGradient(
  dictionary: Dictionary,
  support: readonly number[],
  weightGradient: ArrayLike<number>,
): Float64Array {
  assertLength("edge weight gradient", weightGradient.length, support.length);
  const active = independent(dictionary, support);
  return active.solveGram(active.columns.map((column) => weightGradient[support.indexOf(column)]!)).image;
}

/** A code whose entries on its support are debiased: `truncated` and `truncatedResidualNorm` are new, `values` is still the LASSO's. */
export function debias(dictionary: Dictionary, measurement: ArrayLike<number>, code: SparseCode): SparseCode {
  const truncated = new Float64Array(dictionary.columns);
  const weights = debiasedWeights(dictionary, measurement, code.support);
  for (const [k, index] of code.support.entries()) truncated[index] = weights[k]!;
  return { ...code, truncated, truncatedResidualNorm: residualNormOf(dictionary, measurement, truncated) };
}

/** The columns of a support but for those that depend on earlier ones. */
function independent(dictionary: Dictionary, support: readonly number[]): ActiveColumns {
  assertSupport(dictionary, support);
  const active = new ActiveColumns(dictionary);
  for (const index of support) active.add(index);
  return active;
}
