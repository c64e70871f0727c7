/** @file The contract of a LASSO solver. */
import type { LassoProblem } from "../lasso-problem.ts";

export interface LassoSolverOptions {
  /** Stop once the duality gap is at most this fraction of the objective. */
  readonly tolerance: number;
  readonly maxIterations: number;
  /** Where to start, of length columns. */
  readonly start: Float64Array;
}

export interface LassoSolution {
  /** z, of length columns: a fresh array. */
  readonly values: Float64Array;
  /** Steps taken, at most `maxIterations`; what a step is differs between solvers. */
  readonly iterations: number;
}

/**
 * Minimises a problem. Must be deterministic, must not change the problem or the start, must return zeros for a zero
 * measurement, and must cope with columns that are zero, equal, or more than the rank. It does not throw when it runs out of
 * iterations: the caller certifies whatever comes back.
 */
export type LassoSolver = (problem: LassoProblem, options: LassoSolverOptions) => LassoSolution;
