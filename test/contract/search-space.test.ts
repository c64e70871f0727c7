/** @file What every search space promises, whatever its architectures are: a space joins by a row of the table. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Supports } from "../../src/choice/index.ts";
import { createReferenceDevice } from "../../src/device/index.ts";
import { type NetworkShape, parameterCount } from "../../src/network/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import { dartsSpace } from "../../src/spaces/darts/index.ts";
import { fusionSpace } from "../../src/spaces/fusion/index.ts";
import {
  BASELINE_NAME,
  type Diagram,
  drawSupports,
  type NetworkPurpose,
  type SearchSpace,
  SPACES,
  type SpaceKind,
} from "../../src/spaces/index.ts";
import { mobileSpace } from "../../src/spaces/mobile/index.ts";
import { nb201Space } from "../../src/spaces/nas-bench-201/index.ts";
import { absorbMixtureWeights, initialiseWeights, WeightStep } from "../../src/train/index.ts";
import { OWN_SPACE } from "../own-examples.ts";
import { TINY_BACKBONE, TINY_CHAIN, TINY_FUSION, TINY_MOBILE, TINY_NB201, TINY_PLAIN_CHAIN } from "../tiny-macros.ts";
import { TINY_SPEC } from "../tiny-spec.ts";

const PASS = { mode: { kind: "inference" }, batch: 1, mixture: false, dropPath: false, auxiliaryHead: false } as const;
const BATCH = 3;
const PURPOSES: readonly NetworkPurpose[] = ["search", "training", "one-network"];

interface TinySpace<Architecture, Macro extends NetworkShape> {
  readonly space: SearchSpace<Architecture, Macro>;
  /** Of a network that is small. */
  readonly macro: Macro;
  /** The candidate that computes nothing, if there is one. */
  readonly zero: string | null;
}

/** Legal supports of the size that each group asks for, indices ascending. */
function supportsOf({ groups }: Pick<SearchSpace, "groups">): fc.Arbitrary<Supports> {
  const support = ({ candidates, sparsity }: SearchSpace["groups"][number]) =>
    fc.subarray([...candidates.keys()], { minLength: sparsity, maxLength: sparsity });
  return fc.tuple(...groups.map(support));
}

/** With the terms of every node in an order that says nothing. */
function sorted({ panels, families }: Diagram): Diagram {
  const byText = (terms: Diagram["panels"][number]["nodes"][number]["terms"]) =>
    [...terms].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return {
    families,
    panels: panels.map(({ nodes, ...panel }) => ({
      ...panel,
      nodes: nodes.map((node) => ({ ...node, terms: byText(node.terms) })),
    })),
  };
}

/** Checks of a space with a macro shape that is small. */
function keepsPromises<A, M extends NetworkShape>({ space, macro, zero }: TinySpace<A, M>): void {
  const { groups, layout } = space;
  const all = groups.map(({ candidates }) => candidates.map((_, index) => index));
  const supports = supportsOf(space);
  const pixels = macro.imageSize.height * macro.imageSize.width * macro.imageChannels;

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
    const batch = { images, labels: [0, 2, 1], otherLabels: (macro.otherTasks ?? []).map(() => [1, 0, 1]) };
    const results = [];
    for (let k = 0; k < 6; k++) results.push(await step.run(batch, { learningRate: 0.05, mixture }));
    expect(results.at(-1)!.loss).toBeLessThan(results[0]!.loss);
    return results.at(-1)!.mixtureGradient;
  }

  it("has groups and candidates of different names and labels, and tells what candidates cost", () => {
    const namesOf = groups.flatMap(({ candidates }) => [
      candidates.map(({ name }) => name),
      candidates.map(({ label }) => label),
    ]);
    for (const names of [groups.map(({ name }) => name), ...namesOf]) {
      expect(new Set(names).size).toBe(names.length);
      expect(names).not.toContain("");
    }
    for (const { candidates, sparsity } of groups) {
      expect(sparsity).toBeGreaterThan(0);
      expect(sparsity).toBeLessThanOrEqual(candidates.length);
      expect(candidates.filter(({ cost }) => !(cost >= 0 && Number.isFinite(cost)))).toEqual([]);
      for (const { name, cost } of candidates) if (name === zero) expect(cost).toBe(0);
    }
  });

  it("reads what it writes, as text and as JSON, and supports come back as they were", () => {
    const property = fc.property(supports, (kept) => {
      const architecture = space.derive(kept);
      expect(JSON.parse(JSON.stringify(architecture))).toEqual(architecture);
      expect(space.supportsOf(architecture)).toEqual(kept);
      expect(space.parse(space.formatText(architecture))).toEqual(architecture);
      expect(space.parse(space.formatJson(architecture))).toEqual(architecture);
      expect(space.formatText(architecture)).not.toContain("\n");
      expect(space.formatJson(architecture)).toMatch(/\}\n$/);
    });
    fc.assert(property, { seed: 1 });
  });

  it("refuses supports that keep nothing, one candidate too many, or one that is not there, and too few of them", () => {
    const kept = groups.map(({ sparsity }) => [...Array(sparsity).keys()]);
    expect(() => space.derive(kept)).not.toThrow();
    for (const [group, { name, candidates, sparsity }] of groups.entries()) {
      const tooMany = candidates.slice(0, sparsity + 1).map((_, index) => index);
      for (const support of [[], tooMany, [candidates.length], [-1], [0.5]]) {
        expect(() => space.derive(kept.with(group, support))).toThrow(`${name} support`);
      }
    }
    expect(() => space.derive(kept.slice(1))).toThrow(expect.objectContaining({ code: "E_SPACE_SUPPORT" }));
    for (const text of ["nothing of ours", "{ torn", "[]", ""]) {
      expect(() => space.parse(text)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^E_(ARCHITECTURE|GENOTYPE_)/), kind: "usage" }),
      );
    }
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
      all.map((group) => group.map(() => 1 / group.length)),
    );
    for (const [group, { candidates }] of groups.entries()) {
      for (const [entry, { name }] of candidates.entries()) {
        expect(gradient![group]![entry] === 0, `${groups[group]!.name} ${name}`).toBe(name === zero);
      }
    }
  });

  it("trains what it derives", async () => {
    const kept = groups.map(({ candidates, sparsity }, group) =>
      Array.from({ length: sparsity }, (_, entry) => (group + entry) % candidates.length).sort((a, b) => a - b),
    );
    await train(space.derivedNetwork(macro, space.derive(kept)), null);
  });

  it("draws what is kept as its layout says, and marks what absorbed a negative weight", () => {
    expect(JSON.parse(JSON.stringify(layout))).toEqual(layout);
    const weighted = supports.chain((kept) =>
      fc.record({
        kept: fc.constant(kept),
        absorbed: fc.tuple(...kept.map((support) => fc.tuple(...support.map(() => fc.constantFrom(-0.5, 0, 2))))),
      }),
    );
    const property = fc.property(weighted, ({ kept, absorbed }) => {
      const architecture = space.derive(kept);
      const drawn = space.draw(architecture, absorbed);
      expect(sorted(drawSupports(layout, kept, absorbed))).toEqual(sorted(drawn));
      expect(sorted(drawSupports(layout, kept))).toEqual(sorted(space.draw(architecture)));
      const terms = drawn.panels.flatMap(({ nodes }) => nodes.flatMap((node) => node.terms));
      expect(terms.filter(({ family }) => !drawn.families.includes(family))).toEqual([]);
      const isDrawn = (group: number, index: number) => termsOf(group)[index] !== null;
      const marks = kept.flatMap((support, group) =>
        support.flatMap((index, entry) => (isDrawn(group, index) ? [absorbed[group]![entry]! < 0] : [])),
      );
      expect(terms.map(({ isNegative }) => isNegative).sort()).toEqual(marks.sort());
    });
    fc.assert(property, { seed: 3, numRuns: 50 });
  });

  it("has a place in its layout for each candidate, and nothing to draw for those that carry nothing", () => {
    const feeding = layout.panels.flatMap(({ nodes }) => nodes.flatMap((node) => node.groups));
    expect(feeding.map(({ group }) => group).sort((a, b) => a - b)).toEqual([...groups.keys()]);
    for (const [index, { candidates }] of groups.entries()) {
      const terms = termsOf(index);
      expect(terms).toHaveLength(candidates.length);
      for (const [candidate, term] of terms.entries()) {
        if (term === null) expect(candidates[candidate]!.name).toBe(zero);
        else expect(layout.families).toContain(term.family);
      }
    }
    for (const { inputs, nodes, output } of layout.panels) {
      for (const [node, { groups: fed }] of nodes.entries()) {
        const sources = fed.flatMap(({ terms }) => terms.flatMap((term) => (term === null ? [] : [term.source])));
        expect(Math.max(...sources)).toBeLessThan(inputs.length + node);
      }
      expect(Math.max(...output.joined)).toBeLessThan(inputs.length + nodes.length);
    }
  });

  function termsOf(index: number) {
    const feeding = layout.panels.flatMap(({ nodes }) => nodes.flatMap((node) => node.groups));
    return feeding.find(({ group }) => group === index)!.terms;
  }
}

/** Checks of what people choose a space by. */
function isChosenByWords(kind: SpaceKind): void {
  const options = kind.options({});
  const space = kind.create(options);
  const shape: NetworkShape = {
    ...{ imageSize: { height: 32, width: 32 }, imageChannels: 3, classCount: 10 },
    ...(kind.kind === "fusion" ? { otherTasks: [{ name: "texture", classCount: 4 }] } : {}),
  };
  const macroOf = (purpose: NetworkPurpose, given: Readonly<Record<string, unknown>> = {}) =>
    kind.macro({ shape, given, purpose, auxiliaryHead: kind.hasAuxiliaryHead && purpose === "training" }, options);

  it("has options and sizes that its schemas read as they are, for every purpose and preset", () => {
    expect(kind.optionsSchema.parse(JSON.parse(JSON.stringify(options)))).toEqual(options);
    for (const given of [{}, ...Object.values(kind.presets)]) {
      for (const purpose of PURPOSES) {
        const macro = macroOf(purpose, given);
        expect(kind.macroSchema.parse(JSON.parse(JSON.stringify(macro)))).toEqual(macro);
        expect(macro).toMatchObject(shape);
        expect(kind.describe(macro)).toMatch(/\S/);
      }
    }
    expect(Object.keys(kind.presets)).toEqual(expect.arrayContaining(["cifar10", "demo"]));
    expect(kind.summary).toMatch(/\S/);
  });

  it("makes networks of every purpose's size that hold what they derive", () => {
    const kept = space.groups.map(({ sparsity }) => [...Array(sparsity).keys()]);
    for (const purpose of PURPOSES) {
      const macro = macroOf(purpose);
      const derived = space.derivedNetwork(macro, space.derive(kept))(PASS);
      const searched = new Set(
        space
          .superNetwork(
            macro,
            kept,
          )(PASS)
          .parameters.map(({ name }) => name),
      );
      expect(derived.parameters.map(({ name }) => name).sort()).toEqual([...searched].sort());
    }
  });

  // Fusion has networks for two tasks, no more and no less.
  it.skipIf(kind.kind === "fusion")(
    "has a classifier for each other task, in the super-net and in what is derived, and no other parameter more",
    () => {
      const otherTasks = [
        { name: "texture", classCount: 3 },
        { name: "shape", classCount: 7 },
      ];
      const kept = space.groups.map(({ sparsity }) => [...Array(sparsity).keys()]);
      for (const purpose of PURPOSES) {
        const macro = macroOf(purpose);
        const many = { ...macro, otherTasks };
        expect(kind.macroSchema.parse(JSON.parse(JSON.stringify(many)))).toEqual(many);
        for (const build of [
          (of: NetworkShape) => space.superNetwork(of, kept),
          (of: NetworkShape) => space.derivedNetwork(of, space.derive(kept)),
        ]) {
          const [one, more] = [build(macro)(PASS), build(many)(PASS)];
          expect(one.otherLogits).toBeUndefined();
          expect(more.logits.shape).toEqual(one.logits.shape);
          expect(more.otherLogits!.map((logits) => logits.shape)).toEqual([
            [1, 3],
            [1, 7],
          ]);
          const known = new Set(one.parameters.map(({ name }) => name));
          const added = more.parameters.map(({ name }) => name).filter((name) => !known.has(name));
          expect(added.length).toBe(4);
          for (const name of added) expect(name).toMatch(/^classifier\.(texture|shape)\./);
        }
      }
    },
  );

  it("absorbs a weight of each candidate in the networks that are searched and trained in one", async () => {
    const all = space.groups.map(({ candidates }) => [...candidates.keys()]);
    const small = { ...shape, imageSize: { height: 8, width: 8 } };
    const request = { shape: small, given: { channels: 4, cells: 3 }, auxiliaryHead: false };
    const build = space.superNetwork(kind.macro({ ...request, purpose: "one-network" }, options), all);
    const stream = new RandomStreams(4).stream("weights");
    const weights = all.map((group) => group.map(() => stream.normal()));
    const device = createReferenceDevice();
    const weighted = build({ ...PASS, mixture: true });
    initialiseWeights(device, weighted, new RandomStreams(5));
    const images = Float64Array.from({ length: 8 * 8 * 3 }, (_, i) => Math.cos(i));
    const mixture = Object.fromEntries(weighted.mixtures!.map(({ name }, group) => [name!, weights[group]!]));
    const logitsOf = async (
      { graph, logits }: typeof weighted,
      inputs: Readonly<Record<string, ArrayLike<number>>>,
    ) => {
      const executable = await device.compile({ graph, outputs: { logits } });
      return Array.from((await executable.run(inputs))["logits"]!);
    };
    const expected = await logitsOf(weighted, { images, ...mixture });
    absorbMixtureWeights(device, weighted, weights);
    const got = await logitsOf(build(PASS), { images });
    for (const [index, value] of expected.entries()) expect(got[index]).toBeCloseTo(value, 8);
    expect(new Set(expected).size).toBe(expected.length);
  });

  it("has baselines that are of the space, are read as they are written, and are distinct networks of the usual size", () => {
    const baselines = space.baselines ?? [];
    expect(baselines.length).toBeGreaterThan(0);
    for (const { name, summary, architecture } of baselines) {
      expect(name).toMatch(BASELINE_NAME);
      expect(summary).toMatch(/^\S.{2,60}\S$/);
      expect(space.derive(space.supportsOf(architecture))).toEqual(architecture);
      expect(space.parse(space.formatText(architecture))).toEqual(architecture);
      expect(space.parse(space.formatJson(architecture))).toEqual(architecture);
      const macro = kind.macro({ shape, given: {}, purpose: "training", auxiliaryHead: false }, options);
      const { logits, parameters } = space.derivedNetwork(macro, architecture)(PASS);
      expect(logits.shape).toEqual([1, shape.classCount]);
      expect(parameterCount(parameters)).toBeGreaterThan(1000);
    }
    expect(new Set(baselines.map(({ name }) => name)).size).toBe(baselines.length);
    expect(new Set(baselines.map(({ architecture }) => space.formatText(architecture))).size).toBe(baselines.length);
  });
}

const TINY: Readonly<Record<string, () => void>> = {
  darts: () => keepsPromises({ space: dartsSpace(), macro: TINY_SPEC, zero: null }),
  "nas-bench-201": () => keepsPromises({ space: nb201Space(), macro: TINY_NB201, zero: "none" }),
  "plain-chain": () => keepsPromises({ space: OWN_SPACE.create({ layers: 4 }), macro: TINY_PLAIN_CHAIN, zero: null }),
  mobile: () => keepsPromises({ space: mobileSpace(TINY_CHAIN), macro: TINY_MOBILE, zero: "identity" }),
  fusion: () => keepsPromises({ space: fusionSpace(TINY_BACKBONE), macro: TINY_FUSION, zero: "none" }),
};

/** Those of the package, and the one of the documentation. */
const KINDS = [...SPACES, OWN_SPACE];

it("knows a tiny network of every space", () => {
  expect(KINDS.map(({ kind }) => kind).sort()).toEqual(Object.keys(TINY).sort());
});

describe.each(KINDS)("$kind", (kind) => {
  isChosenByWords(kind);
  TINY[kind.kind]!();
});
