/** AtomNAS as PyTorch computes it: see scripts/golden/make-atom-golden.py. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createReferenceDevice, createWasmDevice } from "../../../src/device/index.ts";
import { inferencePass } from "../../../src/network/index.ts";
import { atomSpace, type ChainShape, type MobileMacro } from "../../../src/spaces/mobile/index.ts";
import { channelWeights, penaltyOf } from "../../../src/strategies/atom/channel-price.ts";
import { livingChannels } from "../../../src/strategies/atom/living-channels.ts";
import { pricedStepOptions } from "../../../src/strategies/atom/priced-step.ts";
import { takeChannels } from "../../../src/strategies/atom/take-channels.ts";
import { Classifier, type TrainingBatch, velocityName, WeightStep } from "../../../src/train/index.ts";

type Values = Readonly<Record<string, readonly number[]>>;

interface GoldenStep {
  readonly loss: number;
  readonly penalty: number;
  readonly gradientNorm: number;
  readonly parameters: Values;
}

interface Golden {
  readonly parameters: Values;
  readonly velocities: Values;
  readonly statistics: Values;
  readonly first: TrainingBatch;
  readonly second: TrainingBatch;
  readonly options: Readonly<
    Record<"learningRate" | "momentum" | "weightDecay" | "clipNorm" | "price" | "deadScale", number>
  >;
  readonly weights: Readonly<Record<string, number>>;
  readonly step: GoldenStep;
  readonly dead: { readonly scales: Values; readonly averages: Values };
  readonly living: readonly (readonly number[])[];
  readonly logits: readonly number[];
  readonly after: GoldenStep;
}

const GOLDEN = JSON.parse(readFileSync(new URL("../../golden/atom.json", import.meta.url), "utf8")) as Golden;

const BATCH = 6;
const SHAPE: ChainShape = {
  stem: { channels: 4, stride: 1 },
  firstChannels: 4,
  stages: [
    { channels: 4, layers: 1, stride: 1 },
    { channels: 4, layers: 1, stride: 2 },
  ],
  headChannels: 4,
};
const MACRO: MobileMacro = {
  ...{ imageSize: { height: 6, width: 4 }, imageChannels: 3, classCount: 3, shape: SHAPE, affine: true },
};
const LIMIT = 1e-5;

const space = atomSpace(SHAPE);
const full = space.widths!.full(MACRO);
const networkOf = (widths: typeof full) => space.derivedNetwork(MACRO, space.widths!.architecture(widths));
const hidden = networkOf(full)(inferencePass()).hidden!;
const weights = channelWeights(hidden);
const { price, deadScale, learningRate, ...sgd } = GOLDEN.options;
const options = pricedStepOptions(
  {
    ...{ ...sgd, learningRate, price, deadScale, ramp: 0, batch: BATCH, maxEpochs: 1 },
    ...{ labelSmoothing: 0, auxiliaryWeight: 0, recompute: false },
  },
  weights,
);

/** Relative to the largest of them. */
function expectClose(name: string, got: ArrayLike<number>, expected: readonly number[]): void {
  expect(got.length, name).toBe(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  for (const [index, value] of expected.entries()) {
    expect(Math.abs(got[index]! - value) / largest, `${name}, ${index}`).toBeLessThan(LIMIT);
  }
}

it("prices channels by their multiply-accumulates over the mean", () => {
  expect([...weights.keys()].sort()).toEqual(Object.keys(GOLDEN.weights).sort());
  for (const [name, weight] of weights) expect(weight).toBeCloseTo(GOLDEN.weights[name]!, 6);
});

describe.each([
  ["reference", () => createReferenceDevice()],
  ["wasm", () => createWasmDevice({ threads: 2 })],
] as const)("on the device %s", (_, create) => {
  async function golden() {
    const device = await create();
    const begin = () => {
      for (const [name, values] of Object.entries(GOLDEN.parameters)) device.write(name, values);
      for (const [name, values] of Object.entries(GOLDEN.statistics)) device.write(name, values);
      for (const [name, values] of Object.entries(GOLDEN.velocities)) device.write(velocityName(name), values);
    };
    /** One step with the price; the penalty is that of the scales before it. */
    const step = async (widths: typeof full, batch: TrainingBatch, expected: GoldenStep) => {
      const weightStep = await WeightStep.compile(device, networkOf(widths), options);
      const scales = weightStep.network.hidden!.map(({ scale }) => [scale, device.read(scale)] as const);
      expect(penaltyOf(new Map(scales), weights, price) / expected.penalty).toBeCloseTo(1, 5);
      const result = await weightStep.run(batch, { learningRate, mixture: null, price });
      weightStep.release();
      expect(result.loss / expected.loss).toBeCloseTo(1, 5);
      expect(result.gradientNorm / expected.gradientNorm).toBeCloseTo(1, 5);
      const { parameters } = weightStep.network;
      expect(parameters.map(({ name }) => name).sort()).toEqual(Object.keys(expected.parameters).sort());
      for (const { name } of parameters) expectClose(name, device.read(name), expected.parameters[name]!);
    };
    return { device, begin, step };
  }

  it("takes the step of SGD on the loss with its penalty, clipped together", async () => {
    const { device, begin, step } = await golden();
    begin();
    await step(full, GOLDEN.first, GOLDEN.step);
    expect(GOLDEN.step.gradientNorm).toBeGreaterThan(GOLDEN.options.clipNorm);
    await device.close();
  });

  it("takes dead channels out, and goes on with the velocities of the others", async () => {
    const { device, begin, step } = await golden();
    begin();
    const { scales, averages } = GOLDEN.dead;
    for (const [name, values] of Object.entries(scales)) device.write(name, values);
    const logits = async (widths: typeof full) => {
      const classifier = await Classifier.compile(device, networkOf(widths), { batch: BATCH });
      const got = await classifier.logits(GOLDEN.second.images);
      classifier.release();
      return got;
    };
    expectClose("logits", await logits(full), GOLDEN.logits);
    const kept = [0, 1].flatMap((group) =>
      livingChannels(
        hidden
          .filter((channels) => channels.group === group)
          .map(({ scale }) => ({ scales: device.read(scale), averages: averages[scale]! })),
        deadScale,
      ),
    );
    expect(kept).toEqual(GOLDEN.living);
    takeChannels(device, hidden, kept);
    const widths = [0, 1].map((group) => [0, 1, 2].map((window) => kept[3 * group + window]!.length));
    expect(widths.flat().filter((width, index) => width === full.flat()[index])).toEqual([]);
    expect(widths.flat()).toContain(0);
    expectClose("logits without them", await logits(widths), GOLDEN.logits);
    await step(widths, GOLDEN.second, GOLDEN.after);
    await device.close();
  });
});
