import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createReferenceDevice } from "../../../src/device/index.ts";
import { countMacs, type NetworkBuilder, parameterCount } from "../../../src/network/index.ts";
import { RandomStreams } from "../../../src/random/index.ts";
import { spaceSize } from "../../../src/space/index.ts";
import { CHAIN_SHAPES, type Chain, type ChainShape, type MobileMacro, mobileSpace } from "../../../src/spaces/index.ts";
import { absorbMixtureWeights, initialiseWeights, WeightStep } from "../../../src/train/index.ts";

const TINY: ChainShape = {
  stem: { channels: 4, stride: 1 },
  firstChannels: 4,
  stages: [
    { channels: 4, layers: 2, stride: 1 },
    { channels: 8, layers: 2, stride: 2 },
  ],
  headChannels: 12,
};
const MACRO: MobileMacro = {
  ...{ imageSize: { height: 8, width: 10 }, imageChannels: 3, classCount: 3, shape: TINY, affine: true },
};
const SPACE = mobileSpace(CHAIN_SHAPES.small);
const PASS = { batch: 1, mixture: false, dropPath: false, auxiliaryHead: false } as const;

const chains: fc.Arbitrary<Chain> = fc
  .tuple(...SPACE.groups.map(({ candidates }) => fc.nat(candidates.length - 1)))
  .map((indices) => SPACE.derive(indices.map((index) => [index])));

function sizeOf(build: NetworkBuilder) {
  const { parameters, graph } = build({ mode: { kind: "inference" }, ...PASS });
  return { parameters: parameterCount(parameters), megaMacs: countMacs(graph, 1) / 1e6 };
}

describe("a chain of inverted residuals", () => {
  it("offers six blocks a layer, and the identity where shapes allow", () => {
    const { groups } = mobileSpace(CHAIN_SHAPES.imagenet);
    const counts = [6, 7, 7, 7, 6, 7, 7, 7, 6, 7, 7, 7, 6, 7, 7, 7, 6, 7, 7, 7, 6];
    expect(groups.map(({ candidates }) => candidates.length)).toEqual(counts);
    expect(spaceSize(groups)).toBe(6n ** 6n * 7n ** 15n);
  });

  it("reads what it writes, as text and as JSON, and supports come back as they were", () => {
    const property = fc.property(chains, (chain) => {
      expect(SPACE.parse(SPACE.formatText(chain))).toEqual(chain);
      expect(SPACE.parse(SPACE.formatJson(chain))).toEqual(chain);
      expect(SPACE.derive(SPACE.supportsOf(chain))).toEqual(chain);
    });
    fc.assert(property, { seed: 1 });
  });

  it.each([
    ["mb3_3x3 mb3_3x3", "got 1 stages, expected 2"],
    ["mb3_3x3 | mb3_3x3 mb3_3x3", "stage 0 got 1 layers, expected 2"],
    ["mb3_3x3 mb9_3x3 | mb3_3x3 mb3_3x3", 'stage0.layer1 got "mb9_3x3"'],
    ["mb3_3x3 mb3_3x3 | identity mb3_3x3", "stage1.layer0 got"],
    ["{}", "without lists of words"],
    ["{ torn", "got not JSON"],
  ])("refuses %s", (text, message) => {
    expect(() => mobileSpace(TINY).parse(text)).toThrow(message);
  });

  it("refuses supports that keep no or two blocks of a layer", () => {
    const space = mobileSpace(TINY);
    for (const support of [[], [0, 1], [6]]) {
      expect(() => space.derive([[0], [0], support, [0]])).toThrow("stage1.layer0 support");
    }
  });

  it("draws a panel a stage, without layers that keep nothing", () => {
    const { panels } = mobileSpace(TINY).draw(["mb3_5x5", "identity", "mb6_3x3", "mb3_7x7"]);
    expect(panels.map(({ nodes }) => nodes.map(({ name, terms }) => `${name}: ${terms[0]!.label}`))).toEqual([
      ["layer 0: mb3_5x5"],
      ["layer 0: mb6_3x3", "layer 1: mb3_7x7"],
    ]);
    expect(panels.map(({ output }) => output.joined)).toEqual([[1], [2]]);
  });

  it("has the parameters of the published network for phones, which the same counter finds at 320M", () => {
    const shape: ChainShape = {
      ...CHAIN_SHAPES.imagenet,
      stages: CHAIN_SHAPES.imagenet.stages.with(0, { channels: 32, layers: 4, stride: 2 }),
    };
    const space = mobileSpace(shape);
    const published = space.parse(
      "mb3_5x5 mb3_3x3 identity identity | mb3_7x7 mb3_3x3 mb3_5x5 mb3_5x5 | mb6_7x7 mb3_5x5 mb3_5x5 mb3_5x5 | " +
        "mb6_5x5 mb3_5x5 mb3_5x5 mb3_5x5 | mb6_7x7 mb6_7x7 mb3_7x7 mb3_7x7 | mb6_7x7",
    );
    const macro = { imageSize: { height: 224, width: 224 }, imageChannels: 3, classCount: 1000, shape, affine: true };
    const { parameters, megaMacs } = sizeOf(space.derivedNetwork(macro, published));
    expect(parameters).toBe(4_080_512);
    expect(megaMacs).toBeCloseTo(320, 0);
  });

  it("trains with all blocks of all layers, and as a chain that keeps one each", async () => {
    const space = mobileSpace(TINY);
    const all = space.groups.map(({ candidates }) => candidates.map((_, index) => index));
    const chain = space.parse("mb3_3x3 identity | mb6_5x5 mb3_7x7");
    const builds = [
      { build: space.derivedNetwork(MACRO, chain), isSuper: false },
      { build: space.superNetwork({ ...MACRO, affine: false }, all), isSuper: true },
    ];
    for (const { build, isSuper } of builds) {
      const device = createReferenceDevice();
      const step = await WeightStep.compile(device, build, {
        ...{ batch: 3, momentum: 0.9, weightDecay: 0, clipNorm: 5, labelSmoothing: 0, auxiliaryWeight: 0 },
        ...{ mixture: isSuper, dropPath: false, returnsMixtureGradient: isSuper },
      });
      initialiseWeights(device, step.network, new RandomStreams(1));
      const batch = { images: Float64Array.from({ length: 3 * 8 * 10 * 3 }, (_, i) => Math.sin(i)), labels: [0, 2, 1] };
      const mixture = isSuper ? all.map((group) => group.map(() => 0.2)) : null;
      const first = await step.run(batch, { learningRate: 0.05, mixture });
      let last = first;
      for (let i = 0; i < 5; i++) last = await step.run(batch, { learningRate: 0.05, mixture });
      expect(last.loss).toBeLessThan(first.loss);
      for (const [group, gradient] of (last.mixtureGradient ?? []).entries()) {
        for (const [entry, { name }] of space.groups[group]!.candidates.entries()) {
          expect(gradient[entry] === 0, name).toBe(name === "identity");
        }
      }
    }
  });

  it("absorbs mixture weights, with nothing to absorb where a layer keeps nothing", async () => {
    const space = mobileSpace(TINY);
    const supports = space.supportsOf(space.parse("mb3_3x3 identity | mb6_5x5 mb3_7x7"));
    const device = createReferenceDevice();
    const inference = { ...PASS, mode: { kind: "inference" }, batch: 2 } as const;
    const weighted = space.superNetwork(MACRO, supports)({ ...inference, mixture: true });
    const plain = space.derivedNetwork(MACRO, space.derive(supports))(inference);
    initialiseWeights(device, weighted, new RandomStreams(2));
    const images = Float64Array.from({ length: 2 * 8 * 10 * 3 }, (_, i) => Math.cos(i));
    const weights = [[-0.5], [3], [0.25], [2]];
    const inputs = Object.fromEntries(weighted.mixtures!.map(({ name }, group) => [name!, weights[group]!]));
    const before = await device.compile({ graph: weighted.graph, outputs: { logits: weighted.logits } });
    const expected = (await before.run({ images, ...inputs }))["logits"]!;
    absorbMixtureWeights(device, weighted, weights);
    const after = await device.compile({ graph: plain.graph, outputs: { logits: plain.logits } });
    const got = (await after.run({ images }))["logits"]!;
    for (const [k, value] of Array.from(expected).entries()) expect(got[k]).toBeCloseTo(value, 10);
  });
});
