/**
 * @file Cyclic coordinate descent: each z_j in turn is set to its own minimiser, eta_{w_j}(a_j^T r + ||a_j||^2 z_j) / ||a_j||^2, the residual
 * r = b - A z being kept up to date and recomputed at every sweep so that rounding does not pile up.
 */
import { certify, isSolved, type LassoProblem } from "../lasso-problem.ts";
import { columnSquares, residualOf } from "../products.ts";
import { softThreshold } from "../soft-threshold.ts";
import type { LassoSolution, LassoSolverOptions } from "./lasso-solver.ts";

/** Sweeps between two looks at the duality gap. */
const CHECK_INTERVAL = 10;

/** Coordinate descent. One iteration is one sweep over all columns, in order. */
export function coordinateDescent(problem: LassoProblem, options: LassoSolverOptions): LassoSolution {
  const squares = columnSquares(problem.dictionary);
  const values = options.start.slice();
  for (let iteration = 0; iteration < options.maxIterations; iteration++) {
    if (iteration % CHECK_INTERVAL === 0 && isSolved(problem, values, certify(problem, values), options.tolerance)) {
      return { values, iterations: iteration };
    }
    sweep(problem, values, squares);
  }
  return { values, iterations: options.maxIterations };
}

function sweep(problem: LassoProblem, values: Float64Array, squares: Float64Array): void {
  const { dictionary, measurement, l1Weights } = problem;
  const { rows, columns, values: entries } = dictionary;
  const residual = residualOf(dictionary, measurement, values);
  for (let j = 0; j < columns; j++) {
    const before = values[j];
    if (squares[j] === 0) {
      values[j] = 0;
      continue;
    }
    let correlation = 0;
    for (let i = 0; i < rows; i++) correlation += entries[i * columns + j] * residual[i];
    const after = softThreshold(correlation + squares[j] * before, l1Weights[j]) / squares[j];
    if (after === before) continue;
    values[j] = after;
    for (let i = 0; i < rows; i++) residual[i] -= entries[i * columns + j] * (after - before);
  }
}
