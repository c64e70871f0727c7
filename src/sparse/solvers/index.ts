/** @file The table of LASSO solvers: a new one is a file beside this one and a line here; the contract tests run over all. */
import { coordinateDescent } from "./coordinate-descent.ts";
import { exact } from "./exact.ts";
import { fista } from "./fista.ts";
import { ista } from "./ista.ts";
import type { LassoSolver } from "./lasso-solver.ts";

export type LassoSolverName = "exact" | "fista" | "coordinate-descent" | "ista";

export const LASSO_SOLVERS: Readonly<Record<LassoSolverName, LassoSolver>> = {
  exact,
  fista,
  "coordinate-descent": coordinateDescent,
  ista,
};
