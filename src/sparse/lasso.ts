/**
 * @file The LASSO, min over z of 1/2 ||A z - b||^2 + l1Weight ||z||_1: the step that turns a compressed measurement b into a sparse
 * code z. The published code calls a commercial solver; problems here have 7 rows and at most a few hundred columns, so the
 * default solver is exact.
 */
import { IstaNasError } from "../error.ts";
import type { Dictionary } from "./dictionary.ts";
import { certify, isSolved, type LassoCertificate, type LassoProblem } from "./lasso-problem.ts";
import { LASSO_SOLVERS, type LassoSolverName } from "./solvers/index.ts";

export interface LassoOptions {
  /** Price of |z_j|, > 0: one for all columns, or one for each. Zero is refused: the minimiser would be neither sparse nor unique. */
  readonly l1Weight: number | ArrayLike<number>;
  /** Default `exact`. */
  readonly solver?: LassoSolverName;
  /** Duality gap at which to stop, as a fraction of the objective; default 1e-10. `exact` goes to rounding whatever is asked. */
  readonly tolerance?: number;
  /** Most gradient steps, sweeps, or columns entering and leaving; default 100 000. */
  readonly maxIterations?: number;
  /** Where to start, of length columns; default zeros. `exact` always starts at zero. */
  readonly start?: ArrayLike<number>;
}

export interface LassoResult extends LassoCertificate {
  /** z, of length columns. Entries that are not selected are exactly 0. */
  readonly values: Float64Array;
  readonly iterations: number;
  /** Whether the duality gap met the tolerance (or the resolution of float64, where that is coarser). */
  readonly converged: boolean;
  readonly solver: LassoSolverName;
}

const DEFAULT_TOLERANCE = 1e-10;
const DEFAULT_MAX_ITERATIONS = 100_000;

/**
 * Solves one LASSO problem. Deterministic: the same bits on every machine. Running out of iterations is not an error; it shows
 * as `converged: false`.
 * @throws `E_LASSO_MEASUREMENT`, `E_LASSO_L1_WEIGHT`, `E_LASSO_START` for a wrong length or an entry out of range, `E_LASSO_SOLVER` for an
 * unknown name, `E_LASSO_LIMIT` for a tolerance or an iteration count that makes no sense.
 */
export function solveLasso(dictionary: Dictionary, measurement: ArrayLike<number>, options: LassoOptions): LassoResult {
  const { solver = "exact", tolerance = DEFAULT_TOLERANCE, maxIterations = DEFAULT_MAX_ITERATIONS } = options;
  const { columns } = dictionary;
  if (!Object.hasOwn(LASSO_SOLVERS, solver)) {
    const names = Object.keys(LASSO_SOLVERS).join(", ");
    throw usage("E_LASSO_SOLVER", `solver got "${solver}", expected one of ${names}`);
  }
  if (!(tolerance >= 0)) throw usage("E_LASSO_LIMIT", `tolerance got ${tolerance}, expected a number >= 0`);
  if (!Number.isSafeInteger(maxIterations) || maxIterations < 1) {
    throw usage("E_LASSO_LIMIT", `maxIterations got ${maxIterations}, expected a positive integer`);
  }
  const weights = typeof options.l1Weight === "number" ? Array(columns).fill(options.l1Weight) : options.l1Weight;
  const problem: LassoProblem = {
    dictionary,
    measurement: finite("E_LASSO_MEASUREMENT", "measurement", measurement, dictionary.rows),
    l1Weights: finite("E_LASSO_L1_WEIGHT", "l1Weight", weights, columns),
  };
  const refused = problem.l1Weights.find((weight) => !(weight > 0));
  if (refused !== undefined) throw usage("E_LASSO_L1_WEIGHT", `l1Weight got ${refused}, expected a number > 0`);
  const start = options.start ?? new Float64Array(columns);
  const { values, iterations } = LASSO_SOLVERS[solver](problem, {
    tolerance,
    maxIterations,
    start: finite("E_LASSO_START", "start", start, columns),
  });
  const certificate = certify(problem, values);
  return { values, iterations, ...certificate, converged: isSolved(problem, values, certificate, tolerance), solver };
}

/** A float64 copy, after checking its length and that every entry is finite. */
function finite(code: string, name: string, entries: ArrayLike<number>, length: number): Float64Array {
  if (entries.length !== length) throw usage(code, `${name} got ${entries.length} entries, expected ${length}`);
  const copy = Float64Array.from(entries);
  const index = copy.findIndex((entry) => !Number.isFinite(entry));
  if (index >= 0) throw usage(code, `${name} entry ${index} got ${copy[index]}, expected a finite number`);
  return copy;
}

function usage(code: string, message: string): IstaNasError {
  return new IstaNasError(`lasso: ${message}`, { code, kind: "usage" });
}
