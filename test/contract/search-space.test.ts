/** @file What every search space promises, whatever its architectures are: a space joins by a row. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Supports } from "../../src/choice/index.ts";
import { createReferenceDevice } from "../../src/device/index.ts";
import { parameterCount } from "../../src/network/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import { mobileSpace, nb201Space, type SearchSpace } from "../../src/spaces/index.ts";
import { initialiseWeights, WeightStep } from "../../src/train/index.ts";
import { TINY_CHAIN, TINY_MOBILE, TINY_NB201 } from "../tiny-macros.ts";

const PASS = { mode: { kind: "inference" }, batch: 1, mixture: false, dropPath: false, auxiliaryHead: false } as const;
const BATCH = 3;

/** Checks of a space with a macro shape that is small; `zero` names the candidates that compute nothing. */
function promises<A, M>(space: SearchSpace<A, M>, macro: M, pixels: number, zero: string): void {
  const { groups } = space;
  const all = groups.map(({ candidates }) => candidates.map((_, index) => index));
  const supports: fc.Arbitrary<Supports> = fc
    .tuple(...groups.map(({ candidates }) => fc.nat(candidates.length - 1)))
    .map((indices) => indices.map((index) => [index]));

  /** Some steps; the last mixture gradient. */
  async function train(build: ReturnType<typeof space.derivedNetwork>, mixture: readonly number[][] | null) {
    const device = createReferenceDevice();
    const isWeighted = mixture !== null;
    const step = await WeightStep.compile(device, build, {
      ...{ batch: BATCH, momentum: 0.9, weightDecay: 0, clipNorm: 5, labelSmoothing: 0, auxiliaryWeight: 0 },
      ...{ mixture: isWeighted, dropPath: false, returnsMixtureGradient: isWeighted },
    });
    initialiseWeights(device, step.network, new RandomStreams(1));
    const images = Float64Array.from({ length: BATCH * pixels }, (_, i) => Math.sin(i));
    const results = [];
    for (let k = 0; k < 6; k++) {
      results.push(await step.run({ images, labels: [0, 2, 1] }, { learningRate: 0.05, mixture }));
    }
    expect(results.at(-1)!.loss).toBeLessThan(results[0]!.loss);
    return results.at(-1)!.mixtureGradient;
  }

  it("has groups and candidates of different names", () => {
    for (const names of [groups.map(({ name }) => name), ...groups.map((one) => one.candidates.map((c) => c.name))]) {
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it("reads what it writes, as text and as JSON, and supports come back as they were", () => {
    const property = fc.property(supports, (kept) => {
      const architecture = space.derive(kept);
      expect(space.supportsOf(architecture)).toEqual(kept);
      expect(space.parse(space.formatText(architecture))).toEqual(architecture);
      expect(space.parse(space.formatJson(architecture))).toEqual(architecture);
      expect(space.formatJson(architecture)).toMatch(/\}\n$/);
    });
    fc.assert(property, { seed: 1 });
  });

  it("refuses supports that keep nothing, one candidate too many, or one that is not there", () => {
    const kept = groups.map(() => [0]);
    for (const [group, { name, candidates, sparsity }] of groups.entries()) {
      const tooMany = candidates.slice(0, sparsity + 1).map((_, index) => index);
      for (const support of [[], tooMany, [candidates.length]]) {
        expect(() => space.derive(kept.with(group, support))).toThrow(`${name} support`);
      }
    }
    expect(() => space.parse("nothing of ours")).toThrow(/^architecture/);
    expect(() => space.parse("{ torn")).toThrow(/^architecture/);
  });

  it("gives every parameter of a candidate its owner, and the derived network's to the super-net", () => {
    const superNet = space.superNetwork(macro, all)(PASS);
    const names = new Set(superNet.parameters.map(({ name }) => name));
    for (const { owner } of superNet.parameters) {
      if (owner === null) continue;
      const group = groups.find(({ name }) => name === owner.group)!;
      expect(group.candidates.map(({ name }) => name)).toContain(owner.candidate);
    }
    const property = fc.property(supports, (kept) => {
      const derived = space.derivedNetwork(macro, space.derive(kept))(PASS);
      expect(derived.parameters.filter(({ name }) => !names.has(name))).toEqual([]);
      expect(parameterCount(derived.parameters)).toBeLessThanOrEqual(parameterCount(superNet.parameters));
    });
    fc.assert(property, { seed: 2, numRuns: 20 });
  });

  it("trains with all candidates at once; those that compute nothing have no gradient, all others have", async () => {
    const gradient = await train(
      space.superNetwork(macro, all),
      all.map((group) => group.map(() => 0.2)),
    );
    for (const [group, { candidates }] of groups.entries()) {
      for (const [entry, { name }] of candidates.entries()) {
        expect(gradient![group]![entry] === 0, `${groups[group]!.name} ${name}`).toBe(name === zero);
      }
    }
  });

  it("trains what it derives, and draws it", async () => {
    const kept = groups.map(({ candidates }, group) => [group % candidates.length]);
    const architecture = space.derive(kept);
    await train(space.derivedNetwork(macro, architecture), null);
    const { panels } = space.draw(
      architecture,
      kept.map(() => [-1]),
    );
    const terms = panels.flatMap(({ nodes }) => nodes.flatMap((node) => node.terms));
    const drawn = kept.filter(([index], group) => groups[group]!.candidates[index!]!.name !== zero);
    expect(terms.map(({ isNegative }) => isNegative)).toEqual(drawn.map(() => true));
  });
}

describe("nas-bench-201", () => promises(nb201Space(), TINY_NB201, 8 * 10 * 3, "none"));
describe("mobile", () => promises(mobileSpace(TINY_CHAIN), TINY_MOBILE, 8 * 10 * 3, "identity"));
