/**
 * @file The LASSO path (homotopy; LARS with the LASSO modification): minimisers of 1/2 ||A z - b||^2 + t sum_j w_j |z_j| for t falling from
 * the value at which z leaves zero to 1. With the active set S and its signs s fixed, z_S(t) = A_S^+ b - t (A_S^T A_S)^-1 (w s)_S is linear
 * in t; the path bends where a column's correlation reaches +-t w_j (it enters) or a coefficient reaches zero (it leaves).
 * Every piece is computed afresh from A_S, so that errors of one piece do not reach the next.
 */
import type { LassoProblem } from "../lasso-problem.ts";
import { correlate } from "../products.ts";
import { ActiveColumns } from "./active-columns.ts";
import type { LassoSolution } from "./lasso-solver.ts";

interface PathEvent {
  readonly t: number;
  /** Sign of an entering column; 0 for one that leaves. */
  readonly sign: number;
  /** Dictionary column that enters, or position in the active set that leaves. */
  readonly index: number;
}

/**
 * Follows the path to its end, or as far as it gets: exact ties may make it go round on the spot, which ends it after
 * 2 x columns + 2 events without progress. One iteration is one event.
 */
export function followPath(problem: LassoProblem, maxIterations: number): LassoSolution {
  const { dictionary, measurement, l1Weights } = problem;
  const values = new Float64Array(dictionary.columns);
  const active = new ActiveColumns(dictionary);
  const signs = new Float64Array(dictionary.columns);
  /** Columns that depend on the active ones: they stay at the bound by themselves until a column leaves. */
  const blocked = new Set<number>();
  const correlations = correlate(dictionary, measurement);
  let t = 1;
  for (let j = 0; j < values.length; j++) t = Math.max(t, Math.abs(correlations[j]) / l1Weights[j]);
  let iterations = 0;
  let stalled = 0;
  for (;;) {
    const piece = pathPiece(problem, active, signs);
    const event = nextEvent(problem, active, signs, blocked, piece, t);
    stalled = event.t < t ? 0 : stalled + 1;
    t = event.t;
    if (t <= 1 || iterations === maxIterations || stalled > 2 * values.length + 2) {
      for (const [k, column] of active.columns.entries()) {
        const value = piece.origin[k] - t * piece.slope[k];
        if (value * signs[column] > 0) values[column] = value;
      }
      return { values, iterations };
    }
    iterations++;
    if (event.sign === 0) {
      signs[active.columns[event.index]!] = 0;
      active.removeAt(event.index);
      blocked.clear();
    } else if (active.add(event.index)) {
      signs[event.index] = event.sign;
    } else {
      blocked.add(event.index);
    }
  }
}

/** z_S(t) = origin - t slope, and correlations A^T (b - A z(t)) = correlationOrigin + t correlationSlope. */
interface PathPiece {
  readonly origin: Float64Array;
  readonly slope: Float64Array;
  readonly correlationOrigin: Float64Array;
  readonly correlationSlope: Float64Array;
}

function pathPiece(problem: LassoProblem, active: ActiveColumns, signs: Float64Array): PathPiece {
  const { dictionary, measurement, l1Weights } = problem;
  const { coefficients, image } = active.solveGram(active.columns.map((column) => l1Weights[column] * signs[column]));
  return {
    origin: active.leastSquares(measurement),
    slope: coefficients,
    correlationOrigin: correlate(dictionary, active.remainder(measurement)),
    correlationSlope: correlate(dictionary, image),
  };
}

/** The first event below t, or the end of the path at t = 1. Of simultaneous events, entries of low columns come first. */
function nextEvent(
  problem: LassoProblem,
  active: ActiveColumns,
  signs: Float64Array,
  blocked: ReadonlySet<number>,
  piece: PathPiece,
  t: number,
): PathEvent {
  let event: PathEvent = { t: 1, sign: 0, index: -1 };
  for (let j = 0; j < signs.length; j++) {
    if (signs[j] !== 0 || blocked.has(j)) continue;
    for (const sign of [1, -1]) {
      const closing = problem.l1Weights[j] - sign * piece.correlationSlope[j];
      const reached = (sign * piece.correlationOrigin[j]) / closing;
      if (closing > 0 && reached > event.t) event = { t: Math.min(reached, t), sign, index: j };
    }
  }
  for (const [k, column] of active.columns.entries()) {
    const reached = piece.origin[k] / piece.slope[k];
    if (signs[column] * piece.slope[k] < 0 && reached > event.t) event = { t: Math.min(reached, t), sign: 0, index: k };
  }
  return event;
}
