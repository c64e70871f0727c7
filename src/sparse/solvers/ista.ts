/**
 * @file ISTA, the iteration the method is named after: z <- eta_{w/L}(z + A^T (b - A z) / L), with L the largest eigenvalue of A^T A.
 * The objective never rises.
 */
import { certify, isSolved, type LassoProblem } from "../lasso-problem.ts";
import { lipschitzConstant } from "../lipschitz-constant.ts";
import { correlate, residualOf } from "../products.ts";
import { softThreshold } from "../soft-threshold.ts";
import type { LassoSolution, LassoSolverOptions } from "./lasso-solver.ts";

/** Iterations between two looks at the duality gap. */
const CHECK_INTERVAL = 10;

/** Iterative shrinkage-thresholding. One iteration is one gradient step. */
export function ista(problem: LassoProblem, options: LassoSolverOptions): LassoSolution {
  const lipschitz = lipschitzConstant(problem.dictionary);
  const values = options.start.slice();
  if (lipschitz === 0) return { values: values.fill(0), iterations: 0 };
  for (let iteration = 0; iteration < options.maxIterations; iteration++) {
    if (iteration % CHECK_INTERVAL === 0 && isSolved(problem, values, certify(problem, values), options.tolerance)) {
      return { values, iterations: iteration };
    }
    shrinkageStep(problem, values, lipschitz, values);
  }
  return { values, iterations: options.maxIterations };
}

/** Writes the ISTA step from `point` to `target`, which may be the same array. */
export function shrinkageStep(
  problem: LassoProblem,
  point: Float64Array,
  lipschitz: number,
  target: Float64Array,
): void {
  const { dictionary, measurement, l1Weights } = problem;
  const correlations = correlate(dictionary, residualOf(dictionary, measurement, point));
  for (let j = 0; j < point.length; j++) {
    target[j] = softThreshold(point[j] + correlations[j] / lipschitz, l1Weights[j] / lipschitz);
  }
}
