/**
 * @file The minimiser to rounding: follow the path, solve the active set in closed form, and, if a condition of optimality is still
 * violated (exact ties can stall the path), finish with active-set descent from there.
 */
import type { LassoProblem } from "../lasso-problem.ts";
import { activeSetDescent } from "./active-set-descent.ts";
import type { LassoSolution, LassoSolverOptions } from "./lasso-solver.ts";
import { followPath } from "./path.ts";

/** Path, then descent. An iteration is a column that enters or leaves. `tolerance` and `start` are not used. */
export function exact(problem: LassoProblem, options: LassoSolverOptions): LassoSolution {
  const path = followPath(problem, options.maxIterations);
  const descent = activeSetDescent(problem, {
    ...options,
    start: path.values,
    maxIterations: options.maxIterations - path.iterations,
  });
  return { values: descent.values, iterations: path.iterations + descent.iterations };
}
