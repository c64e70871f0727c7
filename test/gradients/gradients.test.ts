import { describe, expect, it } from "vitest";
import { OP_RULES, type OpKind, type OpRule } from "../../src/graph/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import { buildOpCase, hasGradient, OP_CASES, titleOf } from "../op-cases.ts";
import { checkDirections, checkJacobian, compileCase, jacobianSize } from "./check-gradients.ts";

/** Largest Jacobian that is checked entry by entry. */
const FULL_JACOBIAN_LIMIT = 5000;

const differentiable = OP_CASES.filter(({ kind }) => hasGradient(kind));
const small = differentiable.filter((opCase) => jacobianSize(opCase) <= FULL_JACOBIAN_LIMIT);

describe("the registry", () => {
  const kinds = (Object.keys(OP_RULES) as OpKind[]).filter(hasGradient).sort();

  it("has a gradient case for every operation with a gradient rule", () => {
    expect([...new Set(differentiable.map(({ kind }) => kind))].sort()).toEqual(kinds);
  });

  it("has a case small enough for the full Jacobian for every one of them", () => {
    expect([...new Set(small.map(({ kind }) => kind))].sort()).toEqual(kinds);
  });

  it("has no case twice", () => {
    expect(new Set(OP_CASES.map(titleOf)).size).toBe(OP_CASES.length);
  });

  it("says why the other operations have no gradient", () => {
    for (const kind of Object.keys(OP_RULES) as OpKind[]) {
      const { gradient } = OP_RULES[kind] as OpRule<unknown>;
      if (typeof gradient === "string") expect(gradient, kind).toMatch(/^it /);
    }
  });
});

describe("gradient rules", () => {
  it.each(differentiable.map((opCase) => [titleOf(opCase), opCase] as const))(
    "agree along directions: %s",
    async (_, opCase) => {
      await checkDirections(await compileCase(opCase), new RandomStreams(2).stream(titleOf(opCase)));
    },
  );

  it.each(small.map((opCase) => [titleOf(opCase), opCase] as const))("agree in every entry: %s", async (_, opCase) => {
    await checkJacobian(await compileCase(opCase));
  });

  it.each(differentiable.map((opCase) => [titleOf(opCase), opCase] as const))(
    "append what is needed alone: %s",
    (_, opCase) => {
      for (const wanted of opCase.inputs.keys()) {
        if (!opCase.inputs[wanted]!.isDifferentiable) continue;
        const { gradients, inputs } = buildOpCase(
          opCase,
          opCase.inputs.map((_, k) => k === wanted),
        );
        expect(gradients.map((value) => value?.shape ?? null)).toEqual(
          inputs.map((input, k) => (k === wanted ? input.shape : null)),
        );
      }
    },
  );
});
