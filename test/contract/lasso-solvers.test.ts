import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/random/index.ts";
import {
  createDictionary,
  dictionaryFromRows,
  LASSO_SOLVERS,
  type LassoSolverName,
  solveLasso,
} from "../../src/sparse/index.ts";
import { certify } from "../../src/sparse/lasso-problem.ts";
import { degenerateProblems, lassoProblem, normals, problems } from "../sparse/problems.ts";

const NAMES = Object.keys(LASSO_SOLVERS) as LassoSolverName[];

/** Problems that every method, however slow, solves in little time: Gaussian, a weight that leaves few columns. */
const easyProblems = fc.nat().map((seed) => {
  const stream = new RandomStream(seed);
  const dictionary = createDictionary({ rows: 7, columns: 21, distribution: "unit-norm", stream });
  return { dictionary, measurement: normals(stream, 7), l1Weight: 0.3 };
});

describe.each(NAMES)("LASSO solver %s", (solver) => {
  it("converges on easy problems and satisfies the conditions of optimality", () => {
    fc.assert(
      fc.property(easyProblems, ({ dictionary, measurement, l1Weight }) => {
        const result = solveLasso(dictionary, measurement, { l1Weight, solver });
        const exact = solveLasso(dictionary, measurement, { l1Weight });
        expect(result.converged).toBe(true);
        expect(result.kktResidual).toBeLessThan(1e-4);
        expect(result.dualityGap).toBeGreaterThanOrEqual(0);
        expect(result.objective).toBeGreaterThanOrEqual(exact.objective * (1 - 1e-14));
        expect(result.objective).toBeLessThanOrEqual(exact.objective * (1 + 2e-10));
      }),
      { seed: 41, numRuns: 30 },
    );
  });

  it("reaches tight conditions of optimality when asked to", () => {
    fc.assert(
      fc.property(easyProblems, ({ dictionary, measurement, l1Weight }) => {
        const result = solveLasso(dictionary, measurement, { l1Weight, solver, tolerance: 0 });
        expect(result.kktResidual).toBeLessThan(1e-7);
        expect(result.converged).toBe(true);
      }),
      { seed: 42, numRuns: 15 },
    );
  });

  it("has a certificate that holds on any problem, degenerate or cut short", () => {
    fc.assert(
      fc.property(fc.oneof(problems, degenerateProblems), ({ dictionary, measurement, l1Weight }) => {
        const result = solveLasso(dictionary, measurement, { l1Weight, solver, maxIterations: 50 });
        const exact = solveLasso(dictionary, measurement, { l1Weight });
        expect(result.dualityGap).toBeGreaterThanOrEqual(0);
        expect(result.iterations).toBeLessThanOrEqual(50);
        expect(result.values.every(Number.isFinite)).toBe(true);
        const slack = 1e-12 * (exact.objective + 1e-3);
        expect(result.objective).toBeGreaterThanOrEqual(exact.objective - slack);
        expect(result.objective - exact.objective).toBeLessThanOrEqual(result.dualityGap + slack);
      }),
      { seed: 43, numRuns: 200 },
    );
  });

  it("gives the same bits twice, and changes neither problem nor start", () => {
    fc.assert(
      fc.property(problems, (drawn) => {
        const problem = lassoProblem(drawn);
        const start = normals(new RandomStream(1), drawn.dictionary.columns);
        const before = [problem.dictionary.values, problem.measurement, problem.l1Weights, start].map((x) => x.slice());
        const options = { tolerance: 1e-8, maxIterations: 60, start };
        const first = LASSO_SOLVERS[solver](problem, options);
        const second = LASSO_SOLVERS[solver](problem, options);
        expect(second).toEqual(first);
        expect(first.values).not.toBe(start);
        expect([problem.dictionary.values, problem.measurement, problem.l1Weights, start]).toEqual(before);
      }),
      { seed: 44, numRuns: 30 },
    );
  });

  it("ends at the same objective wherever it starts", () => {
    fc.assert(
      fc.property(easyProblems, fc.nat(), ({ dictionary, measurement, l1Weight }, seed) => {
        const start = normals(new RandomStream(seed), dictionary.columns);
        const result = solveLasso(dictionary, measurement, { l1Weight, solver, start });
        const exact = solveLasso(dictionary, measurement, { l1Weight });
        expect(Math.abs(result.objective - exact.objective)).toBeLessThan(2e-10 * exact.objective);
      }),
      { seed: 45, numRuns: 20 },
    );
  });

  it("answers zero to a zero measurement, and to a weight no correlation reaches", () => {
    const dictionary = createDictionary({ rows: 5, columns: 9, distribution: "uniform", stream: new RandomStream(3) });
    const silent = solveLasso(dictionary, new Float64Array(5), { l1Weight: 1e-5, solver });
    expect(silent).toEqual({
      values: new Float64Array(9),
      iterations: 0,
      objective: 0,
      dualityGap: 0,
      kktResidual: 0,
      converged: true,
      solver,
    });
    const priced = solveLasso(dictionary, [1, -1, 1, -1, 1], { l1Weight: 100, solver });
    expect(priced.values).toEqual(new Float64Array(9));
    expect(priced.dualityGap).toBe(0);
  });

  it("answers zero on a dictionary of zeros, whatever the start", () => {
    const dictionary = dictionaryFromRows([
      [0, 0],
      [0, 0],
    ]);
    const result = solveLasso(dictionary, [1, 2], { l1Weight: 0.1, solver, start: [3, -4] });
    expect(result.values).toEqual(new Float64Array(2));
    expect(result.converged).toBe(true);
  });

  it("solves problems with equal, opposite and zero columns", () => {
    const dictionary = dictionaryFromRows([
      [1, 1, -1, 0, 0.5],
      [0.5, 0.5, -0.5, 0, 1],
      [0, 0, 0, 0, 0.25],
    ]);
    const result = solveLasso(dictionary, [1, 2, -1], { l1Weight: 0.1, solver, tolerance: 1e-13 });
    const exact = solveLasso(dictionary, [1, 2, -1], { l1Weight: 0.1 });
    expect(result.objective).toBeCloseTo(exact.objective, 11);
    expect(result.kktResidual).toBeLessThan(1e-6);
    expect(result.values[3]).toBe(0);
  });

  it("honours one price per column", () => {
    const dictionary = createDictionary({ rows: 6, columns: 8, distribution: "gaussian", stream: new RandomStream(8) });
    const l1Weight = Float64Array.of(0.1, 0.2, 0.3, 0.4, 100, 0.2, 0.3, 0.4);
    const measurement = normals(new RandomStream(9), 6);
    const result = solveLasso(dictionary, measurement, { l1Weight, solver });
    const exact = solveLasso(dictionary, measurement, { l1Weight });
    expect(result.values[4]).toBe(0);
    expect(result.values.some((value) => value !== 0)).toBe(true);
    expect(Math.abs(result.objective - exact.objective)).toBeLessThan(1e-9 * exact.objective);
  });

  it("says so when it is cut short", () => {
    const stream = new RandomStream(4);
    const dictionary = createDictionary({ rows: 7, columns: 35, distribution: "uniform", stream });
    const measurement = normals(stream, 7);
    const result = solveLasso(dictionary, measurement, { l1Weight: 1e-5, solver, maxIterations: 2 });
    expect(result.iterations).toBe(2);
    expect(result.converged).toBe(false);
    expect(result.dualityGap).toBeGreaterThan(1e-3);
  });
});

describe("ista", () => {
  it("never raises the objective, not even over equal or huge columns", () => {
    fc.assert(
      fc.property(fc.oneof(problems, degenerateProblems), fc.nat(), (drawn, seed) => {
        const problem = lassoProblem(drawn);
        let values = normals(new RandomStream(seed), drawn.dictionary.columns);
        let objective = certify(problem, values).objective;
        for (let step = 0; step < 40; step++) {
          values = LASSO_SOLVERS.ista(problem, { tolerance: 0, maxIterations: 1, start: values }).values.slice();
          const next = certify(problem, values).objective;
          expect(next).toBeLessThanOrEqual(objective * (1 + 1e-13) + 1e-15);
          objective = next;
        }
      }),
      { seed: 46, numRuns: 60 },
    );
  });
});

describe("fista", () => {
  it("needs far fewer steps than ista", () => {
    const stream = new RandomStream(6);
    const dictionary = createDictionary({ rows: 7, columns: 14, distribution: "gaussian", stream });
    const measurement = normals(stream, 7);
    const steps = (solver: LassoSolverName) =>
      solveLasso(dictionary, measurement, { l1Weight: 1e-3, solver }).iterations;
    expect(steps("fista") * 5).toBeLessThan(steps("ista"));
  });
});
