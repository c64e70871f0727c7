/**
 * @file FISTA (Beck and Teboulle, 2009): ISTA with momentum, taken from an extrapolated point y. Momentum is thrown away whenever
 * it points uphill, (y - z') (z' - z) > 0: the gradient restart of O'Donoghue and Candes (2015), without which the iterates circle the
 * minimiser.
 */
import { certify, isSolved, type LassoProblem } from "../lasso-problem.ts";
import { lipschitzConstant } from "../lipschitz-constant.ts";
import { shrinkageStep } from "./ista.ts";
import type { LassoSolution, LassoSolverOptions } from "./lasso-solver.ts";

/** Iterations between two looks at the duality gap. */
const CHECK_INTERVAL = 10;

/** Accelerated shrinkage-thresholding with restart. One iteration is one gradient step. */
export function fista(problem: LassoProblem, options: LassoSolverOptions): LassoSolution {
  const lipschitz = lipschitzConstant(problem.dictionary);
  let values = options.start.slice();
  if (lipschitz === 0) return { values: values.fill(0), iterations: 0 };
  let next = new Float64Array(values.length);
  const extrapolated = values.slice();
  let momentum = 1;
  for (let iteration = 0; iteration < options.maxIterations; iteration++) {
    if (iteration % CHECK_INTERVAL === 0 && isSolved(problem, values, certify(problem, values), options.tolerance)) {
      return { values, iterations: iteration };
    }
    shrinkageStep(problem, extrapolated, lipschitz, next);
    let uphill = 0;
    for (let j = 0; j < next.length; j++) uphill += (extrapolated[j] - next[j]) * (next[j] - values[j]);
    if (uphill > 0) momentum = 1;
    const nextMomentum = (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
    const carry = uphill > 0 ? 0 : (momentum - 1) / nextMomentum;
    for (let j = 0; j < next.length; j++) extrapolated[j] = next[j] + carry * (next[j] - values[j]);
    momentum = nextMomentum;
    [values, next] = [next, values];
  }
  return { values, iterations: options.maxIterations };
}
