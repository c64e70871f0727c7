/**
 * @file Active-set descent (in the manner of feature-sign search, Lee et al., 2007): solve the active set in closed form for
 * its signs; stop short where a coefficient would change sign and drop it; once settled, let the column that violates optimality most enter. The
 * objective falls with every entry, so no set of signs comes twice and the search ends. Where nearly equal columns bring the fall below
 * rounding, a column whose entry did not lower the objective does not enter again until something else has.
 *
 * A column that depends on the active ones cannot enter as it is: z first moves along the direction that leaves A z alone and
 * lowers the penalty, until a coefficient reaches zero and makes room. That settles equal, opposite and zero columns.
 */
import { certify, type LassoProblem, roundingAllowance } from "../lasso-problem.ts";
import { correlate, residualOf } from "../products.ts";
import { ActiveColumns } from "./active-columns.ts";
import type { LassoSolution, LassoSolverOptions } from "./lasso-solver.ts";

interface State {
  readonly problem: LassoProblem;
  readonly active: ActiveColumns;
  readonly values: Float64Array;
  /** Sign of every active column, 0 for the others. A column that has just entered has a sign and the value 0. */
  readonly signs: Float64Array;
}

/** Descends from `start` to a point without violations. One iteration is a column that enters or leaves. `tolerance` is not used. */
export function activeSetDescent(problem: LassoProblem, options: LassoSolverOptions): LassoSolution {
  const { dictionary } = problem;
  const values = options.start.slice();
  const state: State = { problem, active: new ActiveColumns(dictionary), values, signs: values.map(Math.sign) };
  for (let j = 0; j < values.length; j++) {
    if (values[j] !== 0) admit(state, j);
  }
  /** Columns whose entry did not lower the objective: rounding, not evidence, makes them look like violations. */
  const refused = new Set<number>();
  let lowest = Infinity;
  let entered: number | undefined;
  let iterations = 0;
  while (iterations < options.maxIterations) {
    if (settle(state)) {
      iterations++;
      continue;
    }
    const { objective } = certify(problem, values);
    if (objective < lowest) {
      lowest = objective;
      refused.clear();
    } else if (entered !== undefined) {
      refused.add(entered);
    }
    const entering = largestViolation(state, refused);
    if (entering === undefined) break;
    entered = entering.column;
    state.signs[entered] = entering.sign;
    admit(state, entered);
    iterations++;
  }
  return { values, iterations };
}

/** Moves to the minimiser for the present signs, or to the first zero on the way there: true when a column leaves at it. */
function settle(state: State): boolean {
  const { problem, active, values, signs } = state;
  const penalties = active.columns.map((column) => problem.l1Weights[column] * signs[column]);
  const shift = active.solveGram(penalties).coefficients;
  const target = active.leastSquares(problem.measurement).map((value, k) => value - shift[k]);
  let step = 1;
  let blocking = -1;
  for (const [k, column] of active.columns.entries()) {
    if (target[k] * signs[column] > 0) continue;
    const reached = values[column] === 0 ? 0 : values[column] / (values[column] - target[k]);
    if (blocking < 0 || reached < step) {
      step = reached;
      blocking = k;
    }
  }
  for (const [k, column] of active.columns.entries()) {
    values[column] = blocking < 0 ? target[k] : values[column] + step * (target[k] - values[column]);
  }
  if (blocking < 0) return false;
  leave(state, active.columns[blocking]!);
  return true;
}

function largestViolation(
  state: State,
  refused: ReadonlySet<number>,
): { readonly column: number; readonly sign: number } | undefined {
  const { problem, values, signs } = state;
  const correlations = correlate(problem.dictionary, residualOf(problem.dictionary, problem.measurement, values));
  const allowance = roundingAllowance(problem, values);
  let column = -1;
  let largest = 1;
  for (let j = 0; j < signs.length; j++) {
    if (signs[j] !== 0 || refused.has(j)) continue;
    const ratio = (Math.abs(correlations[j]) - allowance[j]) / problem.l1Weights[j];
    if (ratio > largest) {
      largest = ratio;
      column = j;
    }
  }
  return column < 0 ? undefined : { column, sign: Math.sign(correlations[column]) };
}

/** Makes a column with a sign active; if it depends on the active ones, after making room or by bringing its own value to zero. */
function admit(state: State, column: number): void {
  const { problem, active, values, signs } = state;
  while (!active.add(column)) {
    const members = [...active.columns, column];
    const direction = [...active.expand(column).map((value) => -value), 1];
    let rise = 0;
    for (const [k, member] of members.entries()) rise += problem.l1Weights[member] * signs[member] * direction[k]!;
    const sense = rise > 0 ? -1 : 1;
    let step = Infinity;
    let vanishing = column;
    for (const [k, member] of members.entries()) {
      const speed = sense * direction[k]!;
      if (signs[member] * speed >= 0) continue;
      const reached = -values[member] / speed;
      if (reached < step) {
        step = reached;
        vanishing = member;
      }
    }
    for (const [k, member] of members.entries()) values[member] += step * sense * direction[k]!;
    leave(state, vanishing);
    if (vanishing === column) return;
  }
}

function leave(state: State, column: number): void {
  state.values[column] = 0;
  state.signs[column] = 0;
  const position = state.active.columns.indexOf(column);
  if (position >= 0) state.active.removeAt(position);
}
