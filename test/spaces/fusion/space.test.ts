import { describe, expect, it } from "vitest";
import { spaceSize } from "../../../src/choice/index.ts";
import { createReferenceDevice, type Device } from "../../../src/device/index.ts";
import { allCandidates, countMacs, type Network, parameterCount } from "../../../src/network/index.ts";
import { RandomStreams } from "../../../src/random/index.ts";
import { BACKBONES, fusionKind, fusionSpace } from "../../../src/spaces/fusion/index.ts";
import { absorbMixtureWeights, GradientPass, initialiseWeights, LossPass } from "../../../src/train/index.ts";
import { TINY_BACKBONE, TINY_FUSION } from "../../tiny-macros.ts";

const PASS = { mode: { kind: "inference" }, batch: 2, mixture: false, dropPath: false, auxiliaryHead: false } as const;
const SPACE = fusionSpace(TINY_BACKBONE);
const ALL = allCandidates(SPACE.groups);
const NONE = SPACE.parse("- - | - / - - | -");
const SOME = SPACE.parse("0 0+1 | - / - 1 | 2");
const IMAGES = Float64Array.from({ length: 2 * 8 * 10 * 3 }, (_, i) => Math.cos(i));

/** Every value of the super-net drawn, so that no edge brings zeros. */
async function onRandomWeights<Result>(check: (device: Device) => Promise<Result>): Promise<Result> {
  const device = createReferenceDevice();
  const network = SPACE.superNetwork(TINY_FUSION, ALL)(PASS);
  initialiseWeights(device, network, new RandomStreams(1));
  const draws = new RandomStreams(2).stream("weights");
  for (const { name } of [...network.parameters, ...network.runningStatistics]) {
    const draw = () => (/scale|Variance/.test(name) ? 0.5 + draws.uniform() : 0.5 * draws.normal());
    device.write(name, device.read(name).map(draw));
  }
  const result = await check(device);
  await device.close();
  return result;
}

/** Of both tasks. */
async function logitsOf(device: Device, network: Network, mixture: Readonly<Record<string, ArrayLike<number>>> = {}) {
  const { graph, logits } = network;
  const executable = await device.compile({ graph, outputs: { logits, other: network.otherLogits![0]! } });
  const outputs = await executable.run({ images: IMAGES, ...mixture });
  return [...Array.from(outputs["logits"]!), ...Array.from(outputs["other"]!)];
}

const gatesOf = (architecture: readonly string[], weight: number) =>
  Object.fromEntries(
    SPACE.groups.map(({ name }, group) => {
      const isOpen = architecture[group] === "fuse";
      return [`mixture/${name}`, isOpen ? [0, weight] : [1, 0]];
    }),
  );

describe("two networks that hand features to one another", () => {
  it("has the published edges: 24 a direction between networks of VGG-16", () => {
    const { groups } = fusionSpace(BACKBONES.vgg16);
    expect(groups.map(({ name }) => name).filter((name) => name.startsWith("task0/"))).toHaveLength(24);
    expect(spaceSize(groups)).toBe(2n ** 48n);
    expect(groups.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["task1/stage6/from4", "task0/stage4/from4"]),
    );
    expect(SPACE.groups.map(({ name }) => name)).toEqual(
      [0, 1].flatMap((task) =>
        ["stage0/from0", "stage1/from0", "stage1/from1", "stage2/from2"].map((edge) => `task${task}/${edge}`),
      ),
    );
  });

  it("computes what the super-net computes whose gates are open or shut, edge by edge", async () => {
    await onRandomWeights(async (device) => {
      const weighted = SPACE.superNetwork(TINY_FUSION, ALL)({ ...PASS, mixture: true });
      const seen = new Set<string>();
      const architectures = SPACE.groups.map((_, group) => NONE.with(group, "fuse"));
      for (const architecture of [NONE, SOME, ...architectures]) {
        const derived = SPACE.derivedNetwork(TINY_FUSION, architecture)(PASS);
        const expected = await logitsOf(device, weighted, gatesOf(architecture, 1));
        const got = await logitsOf(device, derived);
        for (const [k, value] of expected.entries()) expect(got[k]).toBeCloseTo(value, 6);
        seen.add(expected.map((value) => value.toFixed(6)).join());
      }
      expect(seen.size).toBe(architectures.length + 2);
    });
  });

  it("lets filters take what multiplied them", async () => {
    await onRandomWeights(async (device) => {
      const weighted = SPACE.superNetwork(TINY_FUSION, ALL)({ ...PASS, mixture: true });
      const expected = await logitsOf(device, weighted, gatesOf(SOME, -0.7));
      const supports = SPACE.supportsOf(SOME);
      const kept = SPACE.superNetwork(TINY_FUSION, supports)({ ...PASS, mixture: true });
      const weights = supports.map(([candidate]) => [candidate === 1 ? -0.7 : 1]);
      absorbMixtureWeights(device, kept, weights);
      const got = await logitsOf(device, SPACE.derivedNetwork(TINY_FUSION, SOME)(PASS));
      for (const [k, value] of expected.entries()) expect(got[k]).toBeCloseTo(value, 10);
    });
  });

  it("starts as two networks that know nothing of one another", async () => {
    const device = createReferenceDevice();
    const network = SPACE.superNetwork(TINY_FUSION, ALL)(PASS);
    initialiseWeights(device, network, new RandomStreams(3));
    const alone = await logitsOf(device, SPACE.derivedNetwork(TINY_FUSION, NONE)(PASS));
    expect(await logitsOf(device, network)).toEqual(alone);
    const first = [...device.read("task0.stage0.fusion.pointwise")];
    expect(first).toEqual([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
    await device.close();
  });

  it("has a filter for each edge that it keeps, and none for the others", () => {
    const namesOf = (architecture: typeof SOME) =>
      SPACE.derivedNetwork(
        TINY_FUSION,
        architecture,
      )(PASS).parameters.flatMap(({ name }) => (name.includes(".from") ? [name] : []));
    expect(namesOf(NONE)).toEqual([]);
    expect(namesOf(SOME)).toEqual(
      [
        "task0.stage0.from0",
        "task0.stage1.from0",
        "task0.stage1.from1",
        "task1.stage1.from1",
        "task1.stage2.from2",
      ].map((edge) => `${edge}.fuse.pointwise`),
    );
  });

  it("counts parameters and multiply-accumulates of what it keeps", () => {
    const sizeOf = (architecture: typeof SOME) => {
      const { graph, parameters } = SPACE.derivedNetwork(TINY_FUSION, architecture)({ ...PASS, batch: 1 });
      return [parameterCount(parameters), countMacs(graph, 1)];
    };
    // Of each network: 3x3 and 1x1 convolutions, scale and shift behind each; then 8 features to 3 classes, and to 2.
    const filters = 9 * (3 * 4 + 4 * 4 + 4 * 8) + 4 * 4 + 4 * 4 + 8 * 8;
    const macs = 80 * (9 * (3 * 4 + 4 * 4) + 2 * 4 * 4) + 20 * (9 * 4 * 8 + 8 * 8);
    const [parametersOfNone, macsOfNone] = sizeOf(NONE);
    expect([parametersOfNone, macsOfNone]).toEqual([
      2 * (filters + 4 * (4 + 4 + 8)) + 9 * 3 + 9 * 2,
      2 * macs + 8 * 3 + 8 * 2,
    ]);
    // Four edges at 4 channels, one at 8.
    expect(sizeOf(SOME)).toEqual([parametersOfNone! + 4 * 16 + 64, macsOfNone! + 4 * 80 * 16 + 20 * 64]);
  });

  it("moves with its gates as the gradients say", async () => {
    await onRandomWeights(async (device) => {
      const build = SPACE.superNetwork(TINY_FUSION, ALL);
      const pass = await GradientPass.compile(device, build, { batch: 2, recompute: true });
      const batch = { images: IMAGES, labels: [0, 2], otherLabels: [[1, 0]] };
      const gates = ALL.map((_, group) => [0.4, 0.2 + 0.05 * group]);
      const { mixture } = await pass.run(batch, gates);
      for (const [group, gradient] of mixture.entries()) {
        const lossAt = async (step: number) =>
          (await pass.run(batch, gates.with(group, [0.4, gates[group]![1]! + step]))).loss;
        const slope = ((await lossAt(1e-5)) - (await lossAt(-1e-5))) / 2e-5;
        expect(gradient[0]).toBe(0);
        expect(Math.abs(gradient[1]!)).toBeGreaterThan(1e-6);
        expect(gradient[1]! / slope, SPACE.groups[group]!.name).toBeCloseTo(1, 4);
      }
    });
  });

  it.each([
    ["0 0 | 2", "got 1 networks, expected 2"],
    ["0 | - / - - | -", "network 0 got blocks of 1, 1 stages, expected blocks of 2, 1 stages"],
    ["- - | - / - -", "network 1 got blocks of 2 stages"],
    ["1 - | - / - - | -", 'network 0, stage 0 got "1", expected each of 0'],
    ["- - | 1 / - - | -", 'network 0, stage 2 got "1", expected each of 2'],
    ["- 1+0 | - / - - | -", 'network 0, stage 1 got "1+0", expected each of 0, 1 at most once, in this order'],
    ["- 1+ | - / - - | -", 'network 0 got "1+", expected stages such as 0+1, or -'],
    ['{ "receives": [[[0], [], []]] }', "got 1 networks"],
    ['{ "receives": [[[0], []], [[], [], []]] }', "network 0 got 2 stages, expected 3"],
    ['{ "receives": [[["0"], [], []], [[], [], []]] }', "without lists of stages"],
    ["{}", "without lists of stages"],
  ])("refuses %s", (text, message) => {
    expect(() => SPACE.parse(text)).toThrow(message);
  });

  it("draws a panel a network, and what each of its stages receives", () => {
    const { panels } = SPACE.draw(SOME);
    expect(panels.map(({ name, inputs }) => [name, inputs.length])).toEqual([
      ["First task", 3],
      ["Second task", 3],
    ]);
    expect(panels.map(({ nodes }) => nodes.map(({ terms }) => terms.map(({ source }) => source)))).toEqual([
      [[0], [0, 1], []],
      [[], [1], [2]],
    ]);
  });

  it("is refused for images with one label, and for small ones", () => {
    const { otherTasks: _, ...one } = TINY_FUSION;
    expect(() => SPACE.derivedNetwork(one, NONE)(PASS)).toThrow(
      expect.objectContaining({
        ...{ code: "E_NETWORK_SHAPE", kind: "usage" },
        message: "tasks: got 1 with space fusion, expected 2, a network for each",
      }),
    );
    const small = { ...TINY_FUSION, imageSize: { height: 1, width: 9 } };
    expect(() => SPACE.derivedNetwork(small, NONE)(PASS)).toThrow("image size: got 9x1, expected at least 2x2");
  });

  it("halves images of odd sizes too, and scales all widths", async () => {
    const shape = { ...TINY_FUSION, imageSize: { height: 28, width: 27 }, imageChannels: 1 };
    const options = fusionKind.options({});
    const macro = fusionKind.macro(
      { shape, given: { channels: 8 }, purpose: "training", auxiliaryHead: false },
      options,
    );
    expect(macro.backbone.map(({ channels }) => channels)).toEqual([8, 16, 32]);
    const space = fusionKind.create(options);
    const { logits, otherLogits } = space.derivedNetwork(macro, space.baselines![0]!.architecture)(PASS);
    expect([logits.shape, otherLogits![0]!.shape]).toEqual([
      [2, 3],
      [2, 2],
    ]);
    const batch = { images: new Float64Array(2 * 28 * 27), labels: [0, 1], otherLabels: [[1, 0]] };
    const device = createReferenceDevice();
    const pass = await LossPass.compile(device, space.superNetwork(macro, allCandidates(space.groups)), 2);
    initialiseWeights(device, space.superNetwork(macro, allCandidates(space.groups))(PASS), new RandomStreams(1));
    expect((await pass.run(batch)).loss).toBeGreaterThan(0);
    await device.close();
  });
});
