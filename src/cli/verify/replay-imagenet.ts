/** @file Replays the ImageNet setting: its stem forward and backward, and steps with head, smoothing, warm-up, linear rate and batches in parts. */
import { z } from "zod";
import type { Device } from "../../device/index.ts";
import { differentiate, Graph } from "../../graph/index.ts";
import { Layers } from "../../network/index.ts";
import { buildStem, type DartsMacro, derivedNetwork, NAMED_GENOTYPES } from "../../spaces/darts/index.ts";
import { epochRate, type TrainingBatch, WeightStep } from "../../train/index.ts";
import type { ErrorLedger } from "./error-ledger.ts";
import { permute, torchAxes } from "./torch-layout.ts";
import { usingDevice } from "./using-device.ts";

type Numbers = readonly number[];

interface Golden {
  /** In PyTorch's shapes; values are `low + (high - low) * fraction`. */
  readonly parameters: readonly {
    readonly name: string;
    readonly shape: Numbers;
    readonly low: number;
    readonly high: number;
  }[];
  readonly stem: {
    readonly outputs: readonly { readonly values: Numbers }[];
    readonly gradients: Readonly<Record<string, Numbers>>;
  };
  readonly trajectories: readonly {
    readonly parts: number;
    readonly losses: Numbers;
    readonly gradientNorms: Numbers;
  }[];
}

const numbers = z.array(z.number());
const parameter = z.object({ name: z.string(), shape: numbers, low: z.number(), high: z.number() });

export const imagenetSchema: z.ZodType<Golden> = z.object({
  parameters: z.array(parameter),
  stem: z.object({
    outputs: z.array(z.object({ values: numbers })),
    gradients: z.record(z.string(), numbers),
  }),
  trajectories: z.array(z.object({ parts: z.int().positive(), losses: numbers, gradientNorms: numbers })),
});

const [BATCH, SIDE, CLASSES, CHANNELS] = [12, 64, 6, 8];
const MACRO: DartsMacro = {
  ...{ imageSize: { height: SIDE, width: SIDE }, imageChannels: 3, classCount: CLASSES, initChannels: CHANNELS },
  ...{ cellCount: 3, stem: "imagenet", affine: true, poolNorm: false, skipNorm: false, auxiliaryHead: true },
};
const STEP = {
  ...{ batch: BATCH, momentum: 0.9, weightDecay: 3e-5, clipNorm: 5, labelSmoothing: 0.1, auxiliaryWeight: 0.4 },
  ...{ mixture: false, dropPath: false },
};
const RATES = { learningRate: 0.025, finalLearningRate: 0, warmupEpochs: 5, schedule: "linear" } as const;
/**
 * How many steps are compared, by parts of a batch. In parts an input of a ReLU comes to lie so near its kink after six steps that float32 sends it to
 * the other side; in float64 five are enough, and slow.
 */
const STEPS = { reference: { whole: 5, parts: 5 }, wasm: { whole: 20, parts: 6 } } as const;
/** Norms of gradients are compared for so many, which rounding has not yet moved. */
const NORMS = 3;

type Compare = (name: string, got: ArrayLike<number>, expected: ArrayLike<number>) => void;

export async function replayImagenet(
  createDevice: () => Promise<Device>,
  golden: Golden,
  ledger: ErrorLedger,
  limits: Readonly<Record<Device["name"], number>>,
): Promise<void> {
  const compareOn = ({ name: device }: Device): Compare => {
    return (name, got, expected) =>
      ledger.relative(`${device}: ImageNet setting`, limits[device], name, got, expected, 1);
  };
  await usingDevice(createDevice, (device) => replayStem(device, golden, compareOn(device)));
  for (const trajectory of golden.trajectories) {
    await usingDevice(createDevice, (device) => replaySteps(device, golden, trajectory, compareOn(device)));
  }
}

async function replayStem(device: Device, golden: Golden, compare: Compare): Promise<void> {
  const graph = new Graph();
  const layers = new Layers(graph, { kind: "train", updatesRunning: false });
  const images = graph.input("images", [BATCH, SIDE, SIDE, 3]);
  const { outputs } = buildStem(layers, images, "imagenet", CHANNELS);
  const cotangents = outputs.map((output, k) => graph.input(`cotangent/${k}`, output.shape));
  const names = layers.parameters.map(({ name }) => name);
  writeParameters(device, golden, names);
  const parameters = layers.parameters.map(({ name, shape }) => graph.persistent(name, shape));
  const gradients = outputs.map((output, k) => differentiate(graph, output, parameters, { seed: cotangents[k]! }));
  const program = await device.compile({
    graph,
    outputs: {
      ...Object.fromEntries(outputs.map((output, k) => [`output/${k}`, output])),
      ...Object.fromEntries(gradients.flatMap((ones, k) => ones.map((one, i) => [`${k}/${names[i]}`, one]))),
    },
  });
  const fed = outputs.map(({ shape }, k) => {
    const [n, h, w, c] = shape as [number, number, number, number];
    return [`cotangent/${k}`, permute(fraction(2000 + k, n * h * w * c), [n, c, h, w], [0, 2, 3, 1])] as const;
  });
  const results = await program.run({ images: batchOf(0).images, ...Object.fromEntries(fed) });
  for (const [k, { values }] of golden.stem.outputs.entries()) {
    compare(`stem, output ${k}`, results[`output/${k}`]!.subarray(0, values.length), values);
  }
  for (const { name, shape } of golden.parameters.slice(0, names.length)) {
    const expected = permute(golden.stem.gradients[name] ?? [], shape, torchAxes(name));
    const got = results[`0/${name}`]?.map((value, at) => value + results[`1/${name}`]![at]!) ?? [];
    compare(`stem, gradient of ${name}`, got, expected);
  }
  program.release();
}

async function replaySteps(
  device: Device,
  golden: Golden,
  { parts, losses, gradientNorms }: Golden["trajectories"][number],
  compare: Compare,
): Promise<void> {
  const build = derivedNetwork(MACRO, NAMED_GENOTYPES.ISTA_ImageNet);
  const step = await WeightStep.compile(device, build, { ...STEP, accumulate: parts });
  const names = step.network.parameters.map(({ name }) => name);
  writeParameters(device, golden, names);
  const count = STEPS[device.name][parts === 1 ? "whole" : "parts"];
  for (let index = 0; index < count; index++) {
    const learningRate = epochRate(RATES, index, losses.length);
    const result = await step.run(batchOf(index), { learningRate, mixture: null });
    const title = `${parts === 1 ? "whole batches" : `batches in ${parts} parts`}, step ${index + 1}`;
    compare(`${title}, loss`, [result.loss], [losses[index] ?? Number.NaN]);
    if (index < NORMS) compare(`${title}, gradient norm`, [result.gradientNorm], [gradientNorms[index] ?? Number.NaN]);
  }
  step.release();
}

/** Numbers in [0, 1) by a multiplicative hash of 32 bits, as the script makes them. */
function fraction(seed: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => {
    let mixed = (Math.imul(index + 1, 2654435761) + Math.imul(seed + 1, 40503)) >>> 0;
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 2246822519) >>> 0;
    mixed = (mixed ^ (mixed >>> 13)) >>> 0;
    return (mixed >>> 8) / 2 ** 24;
  });
}

function writeParameters(device: Device, { parameters }: Golden, names: readonly string[]): void {
  for (const [seed, { name, shape, low, high }] of parameters.entries()) {
    if (!names.includes(name)) continue;
    const count = shape.reduce((a, b) => a * b, 1);
    const values = fraction(seed, count).map((value) => Math.fround(low + (high - low) * value));
    device.write(name, permute(values, shape, torchAxes(name)));
  }
}

/** Images of noise with a stripe whose place says the class. */
function batchOf(step: number): TrainingBatch {
  const noise = fraction(1000 + step, BATCH * 3 * SIDE * SIDE).map((value) => Math.fround(4 * value - 2));
  const labels = Array.from({ length: BATCH }, (_, image) => (2 * image + step) % CLASSES);
  const images = permute(noise, [BATCH, 3, SIDE, SIDE], [0, 2, 3, 1]);
  for (const [image, label] of labels.entries()) {
    for (let pixel = 8 * label * SIDE; pixel < (8 * label + 8) * SIDE; pixel++) {
      const at = (image * SIDE * SIDE + pixel) * 3 + (label % 3);
      images[at] = Math.fround(images[at]! + 2);
    }
  }
  return { images, labels };
}
