/** @file Replays AtomNAS: costs of channels, a clipped step of SGD with their price, which channels die, and the next step without them. */
import { z } from "zod";
import type { Widths } from "../../choice/index.ts";
import type { Device } from "../../device/index.ts";
import { inferencePass } from "../../network/index.ts";
import { atomSpace, type ChainShape, type MobileMacro } from "../../spaces/mobile/index.ts";
import {
  channelWeights,
  livingChannels,
  penaltyOf,
  pricedStepOptions,
  takeChannels,
} from "../../strategies/atom/index.ts";
import { Classifier, type TrainingBatch, velocityName, WeightStep } from "../../train/index.ts";
import type { ErrorLedger } from "./error-ledger.ts";

type Numbers = readonly number[];
type ByName = Readonly<Record<string, Numbers>>;

interface GoldenStep {
  readonly loss: number;
  readonly penalty: number;
  readonly gradientNorm: number;
  readonly parameters: ByName;
}

interface Golden {
  readonly parameters: ByName;
  readonly velocities: ByName;
  readonly statistics: ByName;
  readonly first: TrainingBatch;
  readonly second: TrainingBatch;
  readonly step: GoldenStep;
  readonly after: GoldenStep;
  readonly options: Readonly<
    Record<"learningRate" | "momentum" | "weightDecay" | "clipNorm" | "price" | "deadScale", number>
  >;
  readonly weights: Readonly<Record<string, number>>;
  readonly living: readonly Numbers[];
  readonly logits: Numbers;
  readonly dead: { readonly scales: ByName; readonly averages: ByName };
}

const numbers = z.array(z.number());
const byName = z.record(z.string(), numbers);
const batch = z.object({ images: numbers, labels: numbers });
const step = z.object({ loss: z.number(), penalty: z.number(), gradientNorm: z.number(), parameters: byName });
const rates = { learningRate: z.number(), momentum: z.number(), weightDecay: z.number(), clipNorm: z.number() };

export const atomSchema: z.ZodType<Golden> = z.object({
  ...{ parameters: byName, velocities: byName, statistics: byName, first: batch, second: batch, step, after: step },
  options: z.object({ ...rates, price: z.number(), deadScale: z.number() }),
  ...{ weights: z.record(z.string(), z.number()), living: z.array(numbers), logits: numbers },
  dead: z.object({ scales: byName, averages: byName }),
});

const WINDOWS = 3;
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
const SPACE = atomSpace(SHAPE);
const FULL = SPACE.widths!.full(MACRO);

export async function replayAtom(device: Device, golden: Golden, ledger: ErrorLedger, limit: number): Promise<void> {
  const group = `${device.name}: strategies, AtomNAS`;
  const compare = (name: string, got: ArrayLike<number>, expected: ArrayLike<number>) =>
    ledger.relative(group, limit, name, got, expected);
  const { hidden } = networkOf(FULL)(inferencePass());
  const weights = channelWeights(hidden!);
  for (const [name, expected] of Object.entries(golden.weights)) {
    compare(`cost of a channel of ${name}`, [weights.get(name) ?? Number.NaN], [expected]);
  }
  const begin = () => {
    for (const values of [golden.parameters, golden.statistics]) {
      for (const [name, numbers] of Object.entries(values)) device.write(name, numbers);
    }
    for (const [name, numbers] of Object.entries(golden.velocities)) device.write(velocityName(name), numbers);
  };
  /** One step with the price; the penalty is that of the scales before it. */
  const step = async (title: string, widths: Widths, batch: TrainingBatch, expected: GoldenStep) => {
    const { price, deadScale, ...sgd } = golden.options;
    const options = pricedStepOptions(
      {
        ...{ ...sgd, price, deadScale, ramp: 0, batch: batch.labels.length, maxEpochs: 1 },
        ...{ labelSmoothing: 0, auxiliaryWeight: 0, recompute: false },
      },
      weights,
    );
    const weightStep = await WeightStep.compile(device, networkOf(widths), options);
    const scales = weightStep.network.hidden!.map(({ scale }) => [scale, device.read(scale)] as const);
    compare(`${title}, penalty`, [penaltyOf(new Map(scales), weights, price)], [expected.penalty]);
    const result = await weightStep.run(batch, { learningRate: sgd.learningRate, mixture: null, price });
    weightStep.release();
    compare(`${title}, loss`, [result.loss], [expected.loss]);
    compare(`${title}, gradient norm`, [result.gradientNorm], [expected.gradientNorm]);
    for (const [name, numbers] of Object.entries(expected.parameters)) {
      compare(`${title}, ${name}`, device.read(name), numbers);
    }
  };
  begin();
  await step("step", FULL, golden.first, golden.step);
  begin();
  for (const [name, values] of Object.entries(golden.dead.scales)) device.write(name, values);
  compare("logits", await logitsOf(device, FULL, golden.second), golden.logits);
  const kept = SHAPE.stages.flatMap((_, layer) => {
    const own = hidden!.filter((channels) => channels.group === layer);
    return livingChannels(
      own.map(({ scale }) => ({ scales: device.read(scale), averages: golden.dead.averages[scale]! })),
      golden.options.deadScale,
    );
  });
  for (const [window, channels] of golden.living.entries()) {
    compare(`channels that live, window ${window}`, kept[window] ?? [], channels);
  }
  takeChannels(device, hidden!, kept);
  const widths = SHAPE.stages.map((_, layer) =>
    kept.slice(WINDOWS * layer, WINDOWS * (layer + 1)).map(({ length }) => length),
  );
  compare("logits without dead channels", await logitsOf(device, widths, golden.second), golden.logits);
  await step("step without dead channels", widths, golden.second, golden.after);
}

function networkOf(widths: Widths) {
  return SPACE.derivedNetwork(MACRO, SPACE.widths!.architecture(widths));
}

async function logitsOf(device: Device, widths: Widths, { images, labels }: TrainingBatch) {
  const classifier = await Classifier.compile(device, networkOf(widths), { batch: labels.length });
  const logits = await classifier.logits(images);
  classifier.release();
  return logits;
}
