import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dictionaryFromRows, type LassoOptions, type LassoSolverName, solveLasso } from "../../src/sparse/index.ts";
import { certify } from "../../src/sparse/lasso-problem.ts";
import { activeSetDescent } from "../../src/sparse/solvers/active-set-descent.ts";
import { followPath } from "../../src/sparse/solvers/path.ts";
import {
  degenerateProblems,
  type GoldenLasso,
  largestDifference,
  lassoProblem,
  problems,
  readGolden,
} from "./problems.ts";

const golden = readGolden<GoldenLasso>("lasso.json").map((problem) => ({
  ...problem,
  dictionary: dictionaryFromRows(problem.A),
}));

/** Where a method gets home in a second or two for all problems; elsewhere its certificate must still hold. */
const REACHES: Readonly<Record<LassoSolverName, (problem: GoldenLasso) => boolean>> = {
  exact: () => true,
  fista: ({ b, z }) => b.length <= 7 && z.length <= 35,
  "coordinate-descent": ({ gamma, kind, b }) =>
    gamma === 0.1 || (gamma === 1e-5 && kind === "gaussian" && b.length <= 7),
  ista: ({ gamma, kind, b }) => gamma === 0.1 && kind === "gaussian" && b.length <= 7,
};

describe("solveLasso on the reference problems", () => {
  it("has enough of them, at every weight", () => {
    expect(golden.length).toBeGreaterThan(80);
    for (const gamma of [1e-5, 1e-3, 1e-1]) expect(golden.some((problem) => problem.gamma === gamma)).toBe(true);
  });

  it("is exact by default: within 1e-11 of every minimiser, conditions of optimality met to 1e-13", () => {
    for (const { dictionary, b, gamma, z, objective } of golden) {
      const result = solveLasso(dictionary, b, { l1Weight: gamma });
      expect(largestDifference(result.values, z)).toBeLessThan(1e-11);
      expect(Math.abs(result.objective - objective)).toBeLessThan(1e-13 * objective);
      expect(result.kktResidual).toBeLessThan(1e-13);
      expect(result.converged).toBe(true);
      expect(result.solver).toBe("exact");
      expect(result.iterations).toBeLessThan(100);
    }
  });

  it.each<LassoSolverName>(["fista", "coordinate-descent"])("is solved by %s to 1e-9 of the objective", (solver) => {
    for (const problem of golden.filter(REACHES[solver])) {
      const result = solveLasso(problem.dictionary, problem.b, { l1Weight: problem.gamma, solver });
      expect(result.converged).toBe(true);
      expect(result.dualityGap).toBeLessThan(1e-9 * problem.objective);
      expect(Math.abs(result.objective - problem.objective)).toBeLessThan(1e-12 * problem.objective);
      const size = Math.max(...problem.z.map(Math.abs));
      expect(largestDifference(result.values, problem.z)).toBeLessThanOrEqual(1e-8 * size);
    }
  });

  it("is solved by ista where the weight is large and the dictionary is Gaussian", () => {
    for (const problem of golden.filter(REACHES.ista)) {
      const result = solveLasso(problem.dictionary, problem.b, { l1Weight: problem.gamma, solver: "ista" });
      expect(result.converged).toBe(true);
      expect(largestDifference(result.values, problem.z)).toBeLessThan(1e-7);
    }
  });

  it.each<LassoSolverName>(["fista", "coordinate-descent", "ista"])(
    "never leaves %s further from the minimum than its duality gap says, converged or not",
    (solver) => {
      for (const problem of golden) {
        const options = { l1Weight: problem.gamma, solver, maxIterations: 200 };
        const result = solveLasso(problem.dictionary, problem.b, options);
        expect(result.objective).toBeGreaterThanOrEqual(problem.objective * (1 - 1e-13));
        expect(result.objective - problem.objective).toBeLessThanOrEqual(result.dualityGap + 1e-13 * problem.objective);
      }
    },
  );
});

describe("the exact solver", () => {
  it("meets the conditions of optimality with a gap that is not negative", () => {
    fc.assert(
      fc.property(problems, ({ dictionary, measurement, l1Weight }) => {
        const result = solveLasso(dictionary, measurement, { l1Weight });
        expect(result.kktResidual).toBeLessThan(1e-12);
        expect(result.dualityGap).toBeGreaterThanOrEqual(0);
        expect(result.converged).toBe(true);
        expect(result.values.filter((value) => value !== 0).length).toBeLessThanOrEqual(dictionary.rows);
      }),
      { seed: 31, numRuns: 500 },
    );
  });

  it("still does with zero, equal, opposite, dependent and rescaled columns and with ties", () => {
    fc.assert(
      fc.property(degenerateProblems, ({ dictionary, measurement, l1Weight }) => {
        const result = solveLasso(dictionary, measurement, { l1Weight });
        expect(result.kktResidual).toBeLessThan(1e-9);
        expect(result.converged).toBe(true);
      }),
      { seed: 32, numRuns: 2000 },
    );
  });

  it("gets the same objective from the path alone, and from active-set descent alone", () => {
    fc.assert(
      fc.property(problems, (drawn) => {
        const problem = lassoProblem(drawn);
        const start = new Float64Array(drawn.dictionary.columns);
        const path = certify(problem, followPath(problem, 1000).values);
        const descent = certify(
          problem,
          activeSetDescent(problem, { tolerance: 0, maxIterations: 1000, start }).values,
        );
        expect(path.kktResidual).toBeLessThan(1e-12);
        expect(descent.kktResidual).toBeLessThan(1e-12);
      }),
      { seed: 33, numRuns: 300 },
    );
  });

  it("is finished by active-set descent where ties stall the path", () => {
    const dictionary = dictionaryFromRows([
      [0, 0, -1, -1, -1, 1, -1, -1, -1, -1, 0, 0, 0, 0],
      [1, -1, 0, 0, -1, -1, 1, -1, 0, 1, 0, 0, -1, -1],
      [1, 0, 0, -1, 1, 1, 0, -1, 1, 1, 0, 1, 1, 0],
      [1, -1, -1, 1, 1, 0, -1, -1, -1, -1, 0, 1, -1, 0],
      [1, -1, -1, -1, 0, 0, -1, 0, 1, -1, 0, 1, -1, 0],
    ]);
    const measurement = Float64Array.of(1, -2, 1, 0, 0);
    const problem = lassoProblem({ dictionary, measurement, l1Weight: 1e-6 });
    expect(certify(problem, followPath(problem, 1000).values).kktResidual).toBeGreaterThan(0.01);
    expect(solveLasso(dictionary, measurement, { l1Weight: 1e-6 }).kktResidual).toBeLessThan(1e-14);
  });

  it("lets a dependent column enter the path once the columns it depends on have left", () => {
    const dictionary = dictionaryFromRows([
      [1, -1, 1, 1, -1, -1],
      [-1, 0, 1, 0, 1, 0],
      [-1, 0, 1, -1, 0, -1],
      [0, -1, 1, 1, 1, 0],
      [1, -1, 1, 1, -1, -1],
    ]);
    const measurement = Float64Array.of(0, 1, 1.5058235251393877, -1, 1);
    const problem = lassoProblem({ dictionary, measurement, l1Weight: 1e-6 });
    expect(certify(problem, followPath(problem, 1000).values).kktResidual).toBeLessThan(1e-14);
  });

  it("does not swap nearly equal columns for ever", () => {
    const dictionary = dictionaryFromRows([
      [1, 1.0000000000000795],
      [1, 1],
    ]);
    const problem = lassoProblem({ dictionary, measurement: Float64Array.of(-1, -2), l1Weight: 0.5 });
    const start = Float64Array.of(0.9647293866791704, 0.654686523643586);
    const descent = activeSetDescent(problem, { tolerance: 0, maxIterations: 1000, start });
    expect(descent.iterations).toBeLessThan(10);
    expect(certify(problem, descent.values).kktResidual).toBeLessThan(1e-12);
  });

  it("gives a price to each column: n prices are one price on rescaled columns", () => {
    fc.assert(
      fc.property(problems, ({ dictionary, measurement, l1Weight }) => {
        const { rows, columns, values } = dictionary;
        const factors = Array.from({ length: columns }, (_, j) => [0.5, 1, 2, 4][j % 4]!);
        const l1Weights = factors.map((factor) => factor * l1Weight);
        const rescaled = { rows, columns, values: values.map((entry, index) => entry / factors[index % columns]!) };
        const weighted = solveLasso(dictionary, measurement, { l1Weight: l1Weights });
        const single = solveLasso(rescaled, measurement, { l1Weight });
        expect(weighted.kktResidual).toBeLessThan(1e-12);
        expect(weighted.objective).toBeCloseTo(single.objective, 13);
      }),
      { seed: 34, numRuns: 200 },
    );
  });
});

describe("solveLasso on one column", () => {
  it("is a soft threshold", () => {
    const dictionary = dictionaryFromRows([[3], [4]]);
    const result = solveLasso(dictionary, [3, 4], { l1Weight: 5 });
    expect(result.values[0]).toBeCloseTo(20 / 25, 15);
    expect(result.objective).toBeCloseTo(0.5 * 25 * 0.04 + 5 * 0.8, 14);
    expect(solveLasso(dictionary, [3, 4], { l1Weight: 25 }).values[0]).toBe(0);
  });
});

describe("certify", () => {
  it("agrees with the definitions at a point that is not the minimiser", () => {
    const dictionary = dictionaryFromRows([
      [1, 0],
      [0, 2],
    ]);
    const problem = lassoProblem({ dictionary, measurement: Float64Array.of(1, 1), l1Weight: 0.5 });
    // r = (1, 0), c = (1, 0); the dual point is r / 2, the dual value 1/2 ||b||^2 - 1/2 ||b - r / 2||^2 = 0.375.
    const certificate = certify(problem, Float64Array.of(0, 0.5));
    expect(certificate.objective).toBeCloseTo(0.75, 15);
    expect(certificate.dualityGap).toBeCloseTo(0.375, 15);
    expect(certificate.kktResidual).toBeCloseTo(0.5, 15);
  });
});

describe("solveLasso refuses", () => {
  const dictionary = dictionaryFromRows([[1, 2]]);
  const cases: [string, string, number[], Partial<LassoOptions>][] = [
    ["a measurement of another length", "E_LASSO_MEASUREMENT", [1, 2], {}],
    ["a NaN in the measurement", "E_LASSO_MEASUREMENT", [Number.NaN], {}],
    ["a weight of zero", "E_LASSO_L1_WEIGHT", [1], { l1Weight: 0 }],
    ["a negative weight", "E_LASSO_L1_WEIGHT", [1], { l1Weight: -1 }],
    ["an infinite weight", "E_LASSO_L1_WEIGHT", [1], { l1Weight: Infinity }],
    ["too few weights", "E_LASSO_L1_WEIGHT", [1], { l1Weight: [1] }],
    ["a zero among the weights", "E_LASSO_L1_WEIGHT", [1], { l1Weight: [1, 0] }],
    ["a start of another length", "E_LASSO_START", [1], { start: [0] }],
    ["an unknown solver", "E_LASSO_SOLVER", [1], { solver: "mosek" as LassoSolverName }],
    ["an inherited name as solver", "E_LASSO_SOLVER", [1], { solver: "toString" as LassoSolverName }],
    ["a negative tolerance", "E_LASSO_LIMIT", [1], { tolerance: -1 }],
    ["no iterations", "E_LASSO_LIMIT", [1], { maxIterations: 0 }],
  ];
  it.each(cases)("%s", (_what, code, measurement, options) => {
    expect(() => solveLasso(dictionary, measurement, { l1Weight: 1, ...options })).toThrow(
      expect.objectContaining({ code, kind: "usage" }),
    );
  });
});
