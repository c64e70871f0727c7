/** @file Replays MTL-NAS: gates and their entropy, two steps of their logits, a step of the weights with drawn gates, and the network without shut edges. */
import { z } from "zod";
import type { Device } from "../../device/index.ts";
import { allCandidates, inferencePass } from "../../network/index.ts";
import { type Backbone, type FusionMacro, fusionSpace } from "../../spaces/fusion/index.ts";
import {
  GateLogits,
  gatedStepOptions,
  gateEntropy,
  gateEntropySlope,
  relaxedBernoulli,
  sigmoid,
} from "../../strategies/mtl/index.ts";
import { ArchitectureStep, type TrainingBatch, velocityName, WeightStep } from "../../train/index.ts";
import type { ErrorLedger } from "./error-ledger.ts";

type Numbers = readonly number[];
type ByName = Readonly<Record<string, Numbers>>;

interface Golden {
  readonly gates: Readonly<Record<"logits" | "uniform" | "sigmoid" | "entropy" | "entropySlope", Numbers>> & {
    readonly samples: readonly { readonly temperature: number; readonly values: Numbers }[];
  };
  readonly parameters: ByName;
  readonly velocities: ByName;
  readonly statistics: ByName;
  readonly first: TrainingBatch;
  readonly second: TrainingBatch;
  readonly options: Readonly<
    Record<
      | ("learningRate" | "momentum" | "weightDecay" | "clipNorm")
      | ("logitRate" | "entropyWeight" | "gatePrice" | "temperature"),
      number
    >
  >;
  /** The logits before the first step. */
  readonly start: Numbers;
  readonly logits: readonly { readonly loss: number; readonly gradient: Numbers; readonly logits: Numbers }[];
  readonly hard: { readonly gates: Numbers; readonly outputs: readonly Numbers[] };
  readonly weights: {
    readonly uniform: Numbers;
    readonly gates: Numbers;
    readonly loss: number;
    readonly gradientNorm: number;
    readonly parameters: ByName;
  };
}

const numbers = z.array(z.number());
const byName = z.record(z.string(), numbers);
const batch = z.object({ images: numbers, labels: numbers, otherLabels: z.array(numbers) });
const sgd = { learningRate: z.number(), momentum: z.number(), weightDecay: z.number(), clipNorm: z.number() };
const ofGates = { logitRate: z.number(), entropyWeight: z.number(), gatePrice: z.number(), temperature: z.number() };

export const mtlSchema: z.ZodType<Golden> = z.object({
  gates: z.object({
    ...{ logits: numbers, uniform: numbers, sigmoid: numbers, entropy: numbers, entropySlope: numbers },
    samples: z.array(z.object({ temperature: z.number(), values: numbers })),
  }),
  ...{ parameters: byName, velocities: byName, statistics: byName, first: batch, second: batch, start: numbers },
  options: z.object({ ...sgd, ...ofGates }),
  logits: z.array(z.object({ loss: z.number(), gradient: numbers, logits: numbers })),
  hard: z.object({ gates: numbers, outputs: z.array(numbers) }),
  weights: z.object({
    ...{ uniform: numbers, gates: numbers, parameters: byName },
    ...{ loss: z.number(), gradientNorm: z.number() },
  }),
});

const BACKBONE: Backbone = [
  { channels: 4, stages: 2 },
  { channels: 8, stages: 1 },
];
const MACRO: FusionMacro = {
  ...{ imageSize: { height: 8, width: 10 }, imageChannels: 3, classCount: 3, backbone: BACKBONE },
  otherTasks: [{ name: "texture", classCount: 2 }],
};
const SPACE = fusionSpace(BACKBONE);
const SUPER_NET = SPACE.superNetwork(MACRO, allCandidates(SPACE.groups));

export async function replayMtl(device: Device, golden: Golden, ledger: ErrorLedger, limit: number): Promise<void> {
  const group = `${device.name}: strategies, MTL-NAS`;
  const compare = (name: string, got: ArrayLike<number>, expected: ArrayLike<number>) =>
    ledger.relative(group, limit, name, got, expected);
  compareGates(golden, compare);
  for (const values of [golden.parameters, golden.statistics]) {
    for (const [name, own] of Object.entries(values)) device.write(name, own);
  }
  for (const [name, own] of Object.entries(golden.velocities)) device.write(velocityName(name), own);
  const { gates: hard, outputs } = golden.hard;
  const moved = await moveLogits(device, golden, compare);
  const supports = moved.hard;
  compare("gates in the end", supports.flat(), hard);
  const got = await outputsOf(device, supports, golden.second);
  for (const [task, expected] of outputs.entries()) compare(`logits of task ${task}`, got[task] ?? [], expected);
  await stepWeights(device, golden, moved, compare);
}

type Compare = (name: string, got: ArrayLike<number>, expected: ArrayLike<number>) => void;

function compareGates({ gates }: Golden, compare: Compare): void {
  compare("gates", gates.logits.map(sigmoid), gates.sigmoid);
  compare("entropy", gates.logits.map(gateEntropy), gates.entropy);
  compare("slope of the entropy", gates.logits.map(gateEntropySlope), gates.entropySlope);
  for (const { temperature, values } of gates.samples) {
    const drawn = gates.logits.map((logit, index) => relaxedBernoulli(logit, temperature, gates.uniform[index]!));
    compare(`gates drawn at temperature ${temperature}`, drawn, values);
  }
}

/** Two steps, on two batches. */
async function moveLogits(device: Device, golden: Golden, compare: Compare): Promise<GateLogits> {
  const { logitRate: rate, entropyWeight, gatePrice } = golden.options;
  const options = { groups: SPACE.groups, gates: SPACE.gates!, rate, entropyWeight, gatePrice };
  const optimizers = golden.start.map(() => ({ steps: 0, means: [0], squares: [0] }));
  const logits = new GateLogits(options, { logits: golden.start.map((logit) => [logit]), optimizers });
  const size = golden.first.labels.length;
  const step = await ArchitectureStep.compile(device, SUPER_NET, { batch: size, updatesRunning: false });
  const moves = (values: Numbers) => values.map((logit, gate) => logit - golden.start[gate]!);
  for (const [index, images] of [golden.first, golden.second].entries()) {
    const expected = golden.logits[index]!;
    const { loss, gradients } = await step.run(images, logits.soft);
    const byGates = gradients.map((gradient) => gradient[1]! - gradient[0]!);
    logits.step(gradients);
    compare(`batch ${index}, loss`, [loss], [expected.loss]);
    compare(`batch ${index}, gradient by the gates`, byGates, expected.gradient);
    compare(`batch ${index}, moves of the logits`, moves(logits.state().logits.flat()), moves(expected.logits));
  }
  step.release();
  return logits;
}

async function stepWeights(device: Device, golden: Golden, logits: GateLogits, compare: Compare): Promise<void> {
  const { temperature, learningRate, ...rest } = golden.options;
  const { uniform, gates, loss, gradientNorm, parameters } = golden.weights;
  const options = gatedStepOptions({
    ...{ ...rest, learningRate, batch: golden.first.labels.length, epochs: 1, finalLearningRate: 0 },
    ...{ labelSmoothing: 0, auxiliaryWeight: 0, recompute: false },
  });
  const step = await WeightStep.compile(device, SUPER_NET, options);
  const left = [...uniform];
  const mixture = logits.sample(temperature, { uniform: () => left.shift()! });
  compare(
    "drawn gates",
    mixture.map((weights) => weights[1]!),
    gates,
  );
  const result = await step.run(golden.first, { learningRate, mixture });
  step.release();
  compare("step, loss", [result.loss], [loss]);
  compare("step, gradient norm", [result.gradientNorm], [gradientNorm]);
  for (const [name, expected] of Object.entries(parameters)) compare(`step, ${name}`, device.read(name), expected);
}

/** Of both tasks, by the running statistics. */
async function outputsOf(device: Device, supports: GateLogits["hard"], { images, labels }: TrainingBatch) {
  const network = SPACE.derivedNetwork(MACRO, SPACE.derive(supports))(inferencePass(labels.length));
  const { graph, logits } = network;
  const executable = await device.compile({ graph, outputs: { logits, other: network.otherLogits![0]! } });
  const outputs = await executable.run({ images });
  executable.release();
  return [Array.from(outputs["logits"]!), Array.from(outputs["other"]!)];
}
