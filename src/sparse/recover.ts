/**
 * @file Recovery, once per epoch and choice group: measurement b -> code z (LASSO with all columns) -> support S (the s largest |z|)
 * -> z restricted to S.
 *
 * At the published weight 1e-5 the LASSO keeps about as many entries as there are rows, so the restriction throws away a good part of b;
 * `truncatedResidualNorm` says how much.
 */
import type { Dictionary } from "./dictionary.ts";
import { type LassoOptions, type LassoResult, solveLasso } from "./lasso.ts";
import { residualNormOf } from "./products.ts";
import { selectSupport } from "./support.ts";

export interface RecoverOptions extends LassoOptions {
  /** s: how many candidates are kept. */
  readonly sparsity: number;
}

/** The code of one choice group. `values` is the full LASSO solution; freezing compares those of two epochs. */
export interface SparseCode extends LassoResult {
  /** S: the kept candidates, ascending, `sparsity` of them. */
  readonly support: readonly number[];
  /** z restricted to S: of length columns, zero elsewhere. */
  readonly truncated: Float64Array;
  /** ||A z - b||. */
  readonly residualNorm: number;
  /** ||A z_S - b||. */
  readonly truncatedResidualNorm: number;
}

/**
 * Recovers the code of a measurement of length rows.
 * @throws what `solveLasso` and `selectSupport` throw.
 */
export function recover(dictionary: Dictionary, measurement: ArrayLike<number>, options: RecoverOptions): SparseCode {
  const solution = solveLasso(dictionary, measurement, options);
  const support = selectSupport(solution.values, options.sparsity);
  const truncated = new Float64Array(dictionary.columns);
  for (const index of support) truncated[index] = solution.values[index];
  return {
    ...solution,
    support,
    truncated,
    residualNorm: residualNormOf(dictionary, measurement, solution.values),
    truncatedResidualNorm: residualNormOf(dictionary, measurement, truncated),
  };
}
