/**
 * @file One LASSO problem, min over z of 1/2 ||A z - b||^2 + sum_j w_j |z_j| (w_j = l1Weight for all j unless given one by one),
 * and the certificate of a candidate solution.
 *
 * With r = b - A z, c = A^T r and the dual point theta = k r, k = min(1, min_j w_j / |c_j|), the duality gap is
 * 1/2 (1 - k)^2 ||r||^2 + sum_j (w_j |z_j| - k z_j c_j). Every term is >= 0, so nothing cancels and the gap
 * stays meaningful far below the rounding of the objective itself.
 */
import type { Dictionary } from "./dictionary.ts";
import { columnSquares, correlate, dot, residualOf } from "./products.ts";

export interface LassoProblem {
  readonly dictionary: Dictionary;
  /** b, of length rows. */
  readonly measurement: Float64Array;
  /** w, of length columns; all > 0. */
  readonly l1Weights: Float64Array;
}

export interface LassoCertificate {
  /** 1/2 ||A z - b||^2 + sum_j w_j |z_j|. */
  readonly objective: number;
  /** Objective minus a lower bound of the minimum; >= 0. */
  readonly dualityGap: number;
  /**
   * Largest violation of the optimality conditions: |c_j - w_j sign(z_j)| where z_j is not 0, max(0, |c_j| - w_j) where it is.
   */
  readonly kktResidual: number;
}

/** Objective, duality gap and KKT residual of z. */
export function certify(problem: LassoProblem, code: Float64Array): LassoCertificate {
  const { dictionary, measurement, l1Weights } = problem;
  const residual = residualOf(dictionary, measurement, code);
  const correlations = correlate(dictionary, residual);
  let penalty = 0;
  let kktResidual = 0;
  let dualScale = 1;
  for (let j = 0; j < code.length; j++) {
    const weight = l1Weights[j];
    const size = Math.abs(correlations[j]);
    const violation = code[j] === 0 ? size - weight : Math.abs(correlations[j] - weight * Math.sign(code[j]));
    kktResidual = Math.max(kktResidual, violation);
    penalty += weight * Math.abs(code[j]);
    if (size > weight) dualScale = Math.min(dualScale, weight / size);
  }
  const residualSquare = dot(residual, residual);
  let dualityGap = 0.5 * (1 - dualScale) ** 2 * residualSquare;
  for (let j = 0; j < code.length; j++) {
    dualityGap += Math.max(0, l1Weights[j] * Math.abs(code[j]) - dualScale * code[j] * correlations[j]);
  }
  return { objective: 0.5 * residualSquare + penalty, dualityGap, kktResidual };
}

/**
 * Whether a certificate is as good as asked: gap <= (tolerance + rounding) x objective, where rounding is the relative error
 * with which float64 can meet the optimality conditions (`roundingAllowance` / w_j at its largest).
 */
export function isSolved(
  problem: LassoProblem,
  code: Float64Array,
  certificate: LassoCertificate,
  tolerance: number,
): boolean {
  let rounding = 0;
  const allowance = roundingAllowance(problem, code);
  for (let j = 0; j < code.length; j++) rounding = Math.max(rounding, allowance[j] / problem.l1Weights[j]);
  return certificate.dualityGap <= (tolerance + rounding) * certificate.objective;
}

/** Per column, the size of rounding errors in a_j^T (b - A z): (rows + 4) eps ||a_j|| (||b|| + sum_k ||a_k|| |z_k|). */
export function roundingAllowance(problem: LassoProblem, code: Float64Array): Float64Array {
  const lengths = columnSquares(problem.dictionary).map(Math.sqrt);
  let scale = Math.sqrt(dot(problem.measurement, problem.measurement));
  for (let k = 0; k < code.length; k++) scale += lengths[k] * Math.abs(code[k]);
  const unit = (problem.dictionary.rows + 4) * Number.EPSILON;
  return lengths.map((length) => unit * length * scale);
}
