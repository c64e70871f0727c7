import { describe, expect, it } from "vitest";
import { spaceSize } from "../../../src/choice/index.ts";
import { createReferenceDevice } from "../../../src/device/index.ts";
import { countMacs, type NetworkBuilder, parameterCount } from "../../../src/network/index.ts";
import { RandomStreams } from "../../../src/random/index.ts";
import { CHAIN_SHAPES, type ChainShape, mobileSpace } from "../../../src/spaces/mobile/index.ts";
import { absorbMixtureWeights, initialiseWeights } from "../../../src/train/index.ts";
import { TINY_CHAIN, TINY_MOBILE } from "../../tiny-macros.ts";

const PASS = { batch: 1, mixture: false, dropPath: false, auxiliaryHead: false } as const;

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

  it.each([
    ["mb3_3x3 mb3_3x3", "got 1 stages, expected 2"],
    ["mb3_3x3 | mb3_3x3 mb3_3x3", "stage 0 got 1 layers, expected 2"],
    ["mb3_3x3 mb9_3x3 | mb3_3x3 mb3_3x3", 'stage0/layer1 got "mb9_3x3"'],
    ["mb3_3x3 mb3_3x3 | identity mb3_3x3", "stage1/layer0 got"],
    ["{}", "without lists of words"],
    ["{ torn", "got not JSON"],
  ])("refuses %s", (text, message) => {
    expect(() => mobileSpace(TINY_CHAIN).parse(text)).toThrow(message);
  });

  it("draws a panel a stage and a node a layer, layers that keep nothing as skips", () => {
    const { panels } = mobileSpace(TINY_CHAIN).draw(["mb3_5x5", "identity", "mb6_3x3", "mb3_7x7"]);
    expect(
      panels.map(({ nodes }) => nodes.map(({ name, terms: [term] }) => `${name}: ${term!.family} ${term!.label}`)),
    ).toEqual([
      ["layer 0: bottleneck mb3_5x5", "layer 1: skip identity"],
      ["layer 0: bottleneck mb6_3x3", "layer 1: bottleneck mb3_7x7"],
    ]);
    expect(panels.map(({ nodes }) => nodes.map(({ terms: [term] }) => term!.source))).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect(panels.map(({ output }) => output.joined)).toEqual([[2], [2]]);
  });

  it("has the parameters of the published network for phones, which the same counter finds at 320M", () => {
    const shape: ChainShape = {
      ...CHAIN_SHAPES.imagenet,
      stages: CHAIN_SHAPES.imagenet.stages.with(0, { channels: 32, layers: 4, stride: 2 }),
    };
    const space = mobileSpace(shape);
    const published = space.baselines!.find(({ name }) => name === "PROXYLESS_mobile")!.architecture;
    const macro = { imageSize: { height: 224, width: 224 }, imageChannels: 3, classCount: 1000, shape, affine: true };
    const { parameters, megaMacs } = sizeOf(space.derivedNetwork(macro, published));
    expect(parameters).toBe(4_080_512);
    expect(megaMacs).toBeCloseTo(320, 0);
  });

  it("absorbs mixture weights, with nothing to absorb where a layer keeps nothing", async () => {
    const space = mobileSpace(TINY_CHAIN);
    const supports = space.supportsOf(space.parse("mb3_3x3 identity | mb6_5x5 mb3_7x7"));
    const device = createReferenceDevice();
    const inference = { ...PASS, mode: { kind: "inference" }, batch: 2 } as const;
    const weighted = space.superNetwork(TINY_MOBILE, supports)({ ...inference, mixture: true });
    const plain = space.derivedNetwork(TINY_MOBILE, space.derive(supports))(inference);
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
