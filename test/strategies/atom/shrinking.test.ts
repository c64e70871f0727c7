/** What dies, what stays, and that nobody can tell from outside. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createReferenceDevice, createWasmDevice, type Device } from "../../../src/device/index.ts";
import { inferencePass } from "../../../src/network/index.ts";
import { RandomStreams } from "../../../src/random/index.ts";
import { atomSpace } from "../../../src/spaces/mobile/index.ts";
import { penaltyOf, priceAt } from "../../../src/strategies/atom/channel-price.ts";
import { livingChannels } from "../../../src/strategies/atom/living-channels.ts";
import { partsOf, takeChannels } from "../../../src/strategies/atom/take-channels.ts";
import { Classifier, initialiseWeights, LossPass, velocityName, WeightStep } from "../../../src/train/index.ts";
import { noiseBatches } from "../../contract/noise-batches.ts";
import { TINY_CHAIN, TINY_MOBILE } from "../../tiny-macros.ts";

const BATCH = 4;
const THRESHOLD = 1e-3;
const space = atomSpace(TINY_CHAIN);
const full = space.widths!.full(TINY_MOBILE);
const networkOf = (widths: typeof full) => space.derivedNetwork(TINY_MOBILE, space.widths!.architecture(widths));
const hidden = networkOf(full)(inferencePass()).hidden!;
const source = noiseBatches(TINY_MOBILE, { name: "all", batch: BATCH, batchCount: 2 });

describe("the channels that stay", () => {
  const scale = fc.oneof(fc.constant(0), fc.double({ min: -2, max: 2, noNaN: true }), fc.constant(THRESHOLD));
  const window = fc
    .integer({ min: 1, max: 6 })
    .chain((quads) => fc.array(fc.tuple(scale, scale), { minLength: 4 * quads, maxLength: 4 * quads }))
    .map((pairs) => ({ scales: pairs.map(([one]) => one), averages: pairs.map(([, one]) => one) }));

  it("are all that live by scale or by average, multiples of four of them, and four at least of a layer", () => {
    const property = fc.property(fc.array(window, { minLength: 1, maxLength: 3 }), (windows) => {
      const kept = livingChannels(windows, THRESHOLD);
      expect(kept).toHaveLength(windows.length);
      for (const [index, { scales, averages }] of windows.entries()) {
        const size = (channel: number) => Math.max(Math.abs(scales[channel]!), Math.abs(averages[channel]!));
        const all = [...scales.keys()];
        const staying = kept[index]!;
        const living = all.filter((channel) => size(channel) > THRESHOLD);
        expect(staying.length % 4).toBe(0);
        expect(staying).toEqual([...staying].sort((a, b) => a - b));
        expect(staying).toEqual(expect.arrayContaining(living));
        const gone = all.filter((channel) => !staying.includes(channel));
        const least = Math.min(...staying.map(size));
        for (const channel of gone) expect(size(channel)).toBeLessThanOrEqual(least);
        const isLast = living.length === 0 && staying.length > 0;
        expect(staying.length - living.length).toBeLessThan(isLast ? 5 : 4);
      }
      expect(kept.flat().length).toBeGreaterThanOrEqual(4);
    });
    fc.assert(property, { seed: 1, numRuns: 300 });
  });

  it("are not those that are dead in both, and are those that are dead in one alone", () => {
    const [dead, alive] = [0.0005, 0.5];
    const scales = [dead, alive, dead, dead, alive, dead, dead, dead];
    const averages = [dead, dead, alive, dead, alive, dead, alive, dead];
    expect(livingChannels([{ scales, averages }], THRESHOLD)).toEqual([[1, 2, 4, 6]]);
    // At the threshold itself one is dead; of dead ones the largest fill up, of equal ones the first.
    const few = { scales: [THRESHOLD, -THRESHOLD, 0.002, 0, 0, 0.0009, 0, 0], averages: Array(8).fill(0) };
    expect(livingChannels([few], THRESHOLD)).toEqual([[0, 1, 2, 5]]);
    expect(livingChannels([{ scales: Array(8).fill(0), averages: Array(8).fill(0) }, few], 1)).toEqual([
      [],
      [0, 1, 2, 5],
    ]);
    const none = { scales: Array(8).fill(1), averages: Array(8).fill(1) };
    expect(livingChannels([none], THRESHOLD)).toEqual([[...Array(8).keys()]]);
  });
});

describe("taking dead channels out", () => {
  /** A network in the middle of its training, of which these channels hand on a constant. */
  async function trained(device: Device, dead: readonly (readonly number[])[]): Promise<void> {
    const step = await WeightStep.compile(device, networkOf(full), {
      ...{ batch: BATCH, momentum: 0.9, weightDecay: 0, clipNorm: 5, labelSmoothing: 0, auxiliaryWeight: 0 },
      ...{ mixture: false, dropPath: false },
    });
    initialiseWeights(device, step.network, new RandomStreams(1));
    for (let k = 0; k < 3; k++) await step.run(source.batch(0, k % 2), { learningRate: 0.1, mixture: null });
    step.release();
    const stream = new RandomStreams(2).stream("shifts");
    for (const [index, { scale, shift }] of hidden.entries()) {
      const scales = device.read(scale);
      for (const channel of dead[index]!) scales[channel] = 0;
      device.write(scale, scales);
      device.write(
        shift,
        device.read(shift).map((value) => value + stream.normal()),
      );
    }
  }

  it.each([
    ["reference", 1e-9, () => createReferenceDevice()],
    ["wasm", 1e-6, () => createWasmDevice({ threads: 1 })],
  ] as const)("leaves what the network computes, in use and in training: %s", async (_, limit, create) => {
    const subsets = fc.tuple(...hidden.map(({ count }) => fc.subarray([...Array(count).keys()])));
    const property = fc.asyncProperty(subsets, async (dead) => {
      const device = await create();
      await trained(device, dead);
      const windows = hidden.map(({ scale }) => ({ scales: device.read(scale), averages: device.read(scale) }));
      const kept = space.groups.flatMap((_, group) =>
        livingChannels(
          windows.filter((__, index) => hidden[index]!.group === group),
          0,
        ),
      );
      const widths = full.map((ofLayer, group) =>
        ofLayer.map((_, window) => {
          return kept[hidden.findIndex((one) => one.group === group && one.candidate === window)]!.length;
        }),
      );
      const { images, labels } = source.batch(1, 0);
      const computed = async (of: typeof full) => {
        const classifier = await Classifier.compile(device, networkOf(of), { batch: BATCH });
        const pass = await LossPass.compile(device, networkOf(of), BATCH);
        const logits = Array.from(await classifier.logits(images));
        const { loss } = await pass.run({ images, labels });
        classifier.release();
        pass.release();
        return [...logits, loss];
      };
      const before = await computed(full);
      takeChannels(device, hidden, kept);
      const after = await computed(widths);
      const largest = Math.max(...before.map(Math.abs));
      for (const [index, value] of after.entries()) {
        expect(Math.abs(value - before[index]!) / largest).toBeLessThan(limit);
      }
      await device.close();
    });
    await fc.assert(property, { seed: 3, numRuns: 5 });
  });

  it("shortens weights, velocities and running statistics together, and leaves nothing of a window without channels", async () => {
    const device = createReferenceDevice();
    await trained(
      device,
      hidden.map(() => []),
    );
    const kept = hidden.map(({ count }, index) =>
      index === 1 ? [] : [...Array(count).keys()].slice(index, index + 8),
    );
    const before = new Map(device.names().map((name) => [name, device.read(name)]));
    takeChannels(device, hidden, kept);
    const known = new Set(device.names());
    for (const [index, { slices }] of hidden.entries()) {
      for (const { name, shape, axis, isTrained } of slices) {
        expect(known.has(name)).toBe(index !== 1);
        expect(known.has(velocityName(name))).toBe(isTrained && index !== 1);
        if (index === 1) continue;
        for (const value of isTrained ? [name, velocityName(name)] : [name]) {
          expect(device.read(value)).toEqual(partsOf(before.get(value)!, shape, axis, kept[index]!));
        }
      }
    }
    const sliced = new Set(hidden.flatMap(({ slices }) => slices.flatMap(({ name }) => [name, velocityName(name)])));
    const means = new Set(hidden.map(({ runningMean }) => runningMean));
    for (const [name, values] of before) {
      if (!sliced.has(name) && !means.has(name)) expect(device.read(name), name).toEqual(values);
    }
    await device.close();
  });

  it("takes parts along any axis", () => {
    expect([...partsOf([0, 1, 2, 3, 4, 5], [2, 3], 1, [0, 2])]).toEqual([0, 2, 3, 5]);
    expect([...partsOf([0, 1, 2, 3, 4, 5], [3, 2], 0, [2])]).toEqual([4, 5]);
    expect([...partsOf([0, 1, 2, 3, 4, 5, 6, 7], [2, 2, 2], 1, [1])]).toEqual([2, 3, 6, 7]);
  });
});

describe("the price of a channel", () => {
  it("grows from 0 over its share of the steps, and stays", () => {
    // 2 (1 - 0.5) / (0.2 * 10): of ten steps at 0.2, which come to twice as much in the end, five take a scale from 1 to 0.
    const options = { price: 2, ramp: 0.4, learningRate: 0.2, momentum: 0.5 };
    const prices = [0, 1, 2, 4, 9].map((step) => priceAt(step, 10, options));
    expect(prices).toEqual([0, 0.125, 0.25, 0.5, 0.5]);
    expect(priceAt(0, 10, { ...options, ramp: 0 })).toBe(0.5);
  });

  it("is of the sizes of scales, each by what its channel costs", () => {
    const scales = new Map([
      ["a", [1, -2]],
      ["b", [0.5, 0]],
    ]);
    const weights = new Map([
      ["a", 2],
      ["b", 4],
    ]);
    expect(penaltyOf(scales, weights, 0.1)).toBeCloseTo(0.8, 12);
  });
});
