/** @file Scores of the networks of every space: on both devices, without a trace, and where a network has none. */
import { describe, expect, it } from "vitest";
import { randomSupports } from "../../src/choice/index.ts";
import { createReferenceDevice, createWasmDevice, type Device } from "../../src/device/index.ts";
import { differentiate, Graph } from "../../src/graph/index.ts";
import { Layers, type NetworkBuilder, type NetworkShape } from "../../src/network/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import { dartsSpace } from "../../src/spaces/darts/index.ts";
import { mobileSpace } from "../../src/spaces/mobile/index.ts";
import { nb201Space } from "../../src/spaces/nas-bench-201/index.ts";
import { initialiseWeights } from "../../src/train/index.ts";
import { isBlind } from "../../src/zero-cost/blind-network.ts";
import { meanRanks, scoreNetwork, ZERO_COST_SCORES } from "../../src/zero-cost/index.ts";
import { SCORED_PASS } from "../../src/zero-cost/zero-cost-score.ts";
import { noiseBatches } from "../contract/noise-batches.ts";
import { TINY_CHAIN, TINY_MOBILE, TINY_NB201 } from "../tiny-macros.ts";
import { TINY_SPEC } from "../tiny-spec.ts";

const BATCH = 6;
const NAMES = ZERO_COST_SCORES.map(({ name }) => name);
const [DARTS, NB201, MOBILE] = [dartsSpace(), nb201Space(), mobileSpace(TINY_CHAIN)];

const streams = new RandomStreams(4);
const NETWORKS: Readonly<Record<string, readonly [NetworkBuilder, NetworkShape]>> = {
  darts: [DARTS.superNetwork(TINY_SPEC, randomSupports(DARTS.groups, streams.stream("darts"))), TINY_SPEC],
  "nas-bench-201": [NB201.superNetwork(TINY_NB201, randomSupports(NB201.groups, streams.stream("nb201"))), TINY_NB201],
  mobile: [MOBILE.superNetwork(TINY_MOBILE, randomSupports(MOBILE.groups, streams.stream("mobile"))), TINY_MOBILE],
};

const batchOf = (shape: NetworkShape, batch = BATCH) =>
  noiseBatches(shape, { name: "scored", batch, batchCount: 1 }).batch(0, 0);

function initialise(device: Device, build: NetworkBuilder): Device {
  initialiseWeights(device, build({ ...SCORED_PASS, batch: 1 }), new RandomStreams(2));
  return device;
}

describe.each(Object.entries(NETWORKS))("of %s", (_, [build, shape]) => {
  it("are finite, the same on both devices, and leave every value as it was", async () => {
    const reference = initialise(createReferenceDevice(), build);
    const wasm = initialise(await createWasmDevice({ threads: 2 }), build);
    const before = wasm.names().map((name) => [...wasm.read(name)]);
    const batch = batchOf(shape);
    const expected = await scoreNetwork(reference, build, ZERO_COST_SCORES, BATCH, batch);
    const got = await scoreNetwork(wasm, build, ZERO_COST_SCORES, BATCH, batch);
    expect(wasm.names().map((name) => [...wasm.read(name)])).toEqual(before);
    for (const [index, name] of NAMES.entries()) {
      if (name === "jacob-cov" && isBlind(build({ ...SCORED_PASS, batch: 1 }))) {
        expect([expected[index], got[index]]).toEqual([null, null]);
        continue;
      }
      expect(expected[index], name).not.toBeNull();
      const error = Math.abs(got[index]! - expected[index]!) / Math.abs(expected[index]!);
      expect(error, name).toBeLessThan(1e-3);
    }
    await wasm.close();
  });

  /**
   * What flows through the weights of a layer is what the logits gain where all of them grow together: forward passes alone, with batch norm that divides
   * by 1. Images are small, so that ReLU6 lets them through.
   */
  it("synflow is what growing weights add to the logits, layer by layer, without batch norm", async () => {
    const device = initialise(createReferenceDevice(), build);
    const [score] = await scoreNetwork(device, build, ZERO_COST_SCORES.slice(0, 1), BATCH, batchOf(shape));
    const network = build({ ...SCORED_PASS, mode: { kind: "inference" }, batch: 1 });
    for (const { name, role, shape: own } of network.runningStatistics) {
      if (role === "runningVariance") device.write(name, new Float64Array(own[0]!).fill(1 - 1e-5));
    }
    for (const { name } of network.parameters) device.write(name, device.read(name).map(Math.abs));
    device.write("classifier.bias", new Float64Array(shape.classCount));
    const executable = await device.compile({ graph: network.graph, outputs: { logits: network.logits } });
    const small = 1e-9;
    const length = network.images.shape.reduce((product, extent) => product * extent, 1);
    const flow = async () => {
      const { logits } = await executable.run({ images: new Float64Array(length).fill(small) });
      return Array.from(logits!).reduce((sum, value) => sum + value, 0) / small;
    };
    const step = 1e-6;
    let expected = 0;
    for (const { name, role } of network.parameters) {
      if (!["filter", "depthwise", "pointwise", "weight"].includes(role)) continue;
      const values = device.read(name);
      const scaled = async (factor: number) => {
        device.write(
          name,
          values.map((value) => factor * value),
        );
        return flow();
      };
      expected += ((await scaled(1 + step)) - (await scaled(1 - step))) / (2 * step);
      device.write(name, values);
    }
    expect(score).toBeCloseTo(Math.log(expected), 8);
  });
});

describe("nas-bench-201", () => {
  const macro = { ...TINY_NB201, affine: true };

  it("gives a cell that lets nothing through no score where it has none", async () => {
    const cell = NB201.parse("|none~0|+|none~0|none~1|+|none~0|none~1|none~2|");
    const build = NB201.derivedNetwork(macro, cell);
    const device = initialise(await createWasmDevice({ threads: 1 }), build);
    const values = await scoreNetwork(device, build, ZERO_COST_SCORES, BATCH, batchOf(macro));
    await device.close();
    const byName = Object.fromEntries(NAMES.map((name, index) => [name, values[index]]));
    expect(byName).toMatchObject({ synflow: null, "jacob-cov": null, naswot: null, snip: 0, grasp: 0 });
  });

  it("has flows beyond the largest float32, to the same logarithm as in float64", async () => {
    const cell = NB201.parse(
      "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|",
    );
    const deep = { ...macro, channels: 16, cellsPerStage: 8, imageSize: { height: 4, width: 4 } };
    const build = NB201.derivedNetwork(deep, cell);
    const scores = ZERO_COST_SCORES.slice(0, 1);
    const values: (number | null)[] = [];
    for (const device of [createReferenceDevice(), await createWasmDevice({ threads: 1 })]) {
      values.push(...(await scoreNetwork(initialise(device, build), build, scores, 1, batchOf(deep, 1))));
      await device.close();
    }
    expect(values[0]).toBeGreaterThan(Math.log(3.4e38));
    expect(values[1]).toBeCloseTo(values[0]!, 4);
  });
});

it("synflow of a chain without any sum goes beyond the largest float32 as well", async () => {
  const shape = { imageSize: { height: 2, width: 2 }, imageChannels: 3, classCount: 4 };
  const build: NetworkBuilder = ({ mode, batch }) => {
    const graph = new Graph();
    const layers = new Layers(graph, mode);
    const images = graph.input("images", [batch, 2, 2, 3]);
    let value = layers.convolution("stem", images, { channels: 64, size: 1, stride: 1, padding: 0, relu: false });
    for (let layer = 0; layer < 70; layer++) value = layers.reluPointwiseNorm(`layer${layer}`, value, 64, false);
    const logits = layers.linear("classifier", graph.apply("globalMean", [value], {}), 4);
    const { parameters, runningStatistics } = layers;
    return {
      ...{ graph, images, logits, auxiliaryLogits: null, mixtures: null, kept: [], dropPathInputs: [], cells: [] },
      ...{ parameters, runningStatistics },
    };
  };
  const device = initialise(await createWasmDevice({ threads: 1 }), build);
  const [value] = await scoreNetwork(device, build, ZERO_COST_SCORES.slice(0, 1), 1, batchOf(shape, 1));
  await device.close();
  // 70 layers of 64 inputs whose mean weight is 1/16 grow by 4 each, the stem by 0.87; the classifier, too, has 64; and 72 layers carry the same flow.
  const expected = 70 * Math.log(4) + Math.log(0.87) + Math.log(4 * 4) + Math.log(72);
  expect(Math.abs(value! - expected)).toBeLessThan(0.5);
});

describe("a network that is blind", () => {
  const jacobianOf = async (build: NetworkBuilder, shape: NetworkShape) => {
    const device = initialise(createReferenceDevice(), build);
    const { graph, images, logits } = build({ ...SCORED_PASS, batch: BATCH });
    const [jacobian] = differentiate(graph, logits, [images]);
    const executable = await device.compile({ graph, outputs: { jacobian: jacobian! } });
    const outputs = await executable.run({ images: batchOf(shape).images });
    return Math.max(...outputs["jacobian"]!.map(Math.abs));
  };
  const draw = (kind: string, seed: number) => new RandomStreams(seed).stream(kind);

  it("has no gradient by its images in the space of DARTS, unless a pool without batch norm ends a cell; others see", async () => {
    const kinds = new Set<boolean>();
    // Large enough for a pool to treat pixels at the edge otherwise than those inside.
    const pools = { ...TINY_SPEC, poolNorm: false, imageSize: { height: 16, width: 16 } };
    const makers: readonly (readonly [NetworkShape, (seed: number) => NetworkBuilder])[] = [
      [TINY_SPEC, (seed) => DARTS.superNetwork(TINY_SPEC, randomSupports(DARTS.groups, draw("darts", seed)))],
      [pools, (seed) => DARTS.superNetwork(pools, randomSupports(DARTS.groups, draw("darts", seed)))],
      [TINY_NB201, (seed) => NB201.superNetwork(TINY_NB201, randomSupports(NB201.groups, draw("nb201", seed)))],
      [TINY_MOBILE, (seed) => MOBILE.superNetwork(TINY_MOBILE, randomSupports(MOBILE.groups, draw("mobile", seed)))],
    ];
    for (const [index, [shape, make]] of makers.entries()) {
      for (let seed = 1; seed <= 6; seed++) {
        const build = make(seed);
        const blind = isBlind(build({ ...SCORED_PASS, batch: BATCH }));
        if (index !== 1) expect(blind).toBe(index === 0);
        kinds.add(blind);
        const largest = await jacobianOf(build, shape);
        if (blind) expect(largest).toBeLessThan(1e-13);
        else expect(largest).toBeGreaterThan(1e-6);
      }
    }
    expect(kinds.size).toBe(2);
  });
});

describe("mean ranks", () => {
  it("rank what is not there last, share ties, and weigh all scores alike", () => {
    expect([
      ...meanRanks([
        [1, 50],
        [3, null],
        [2, 1000],
        [2, 50],
      ]),
    ]).toEqual([1.75, 2.5, 3.25, 2.5]);
    expect([...meanRanks([[null], [null]])]).toEqual([1.5, 1.5]);
    expect([...meanRanks([])]).toEqual([]);
  });
});
