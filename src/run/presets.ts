/** @file Presets: values for options that were not given. An option that is given always wins. */
import type { Strategy } from "../search/index.ts";
import type { SpaceKind } from "../spaces/index.ts";
import { hasOneNetwork } from "./afterwards.ts";
import { partsFor } from "./parts-for.ts";
import type { RunOptions } from "./run-options.ts";

type Preset = NonNullable<RunOptions["preset"]>;

/** What does not depend on the space or the strategy. */
const COMMON: Readonly<Record<Preset, RunOptions>> = {
  /** A few minutes on two cores for the embedded images. */
  demo: { retrainEpochs: 22, batch: 64, crop: 2 },
  /** The published recipe for CIFAR-10: search command of the README, then the evaluation script; one-stage has the latter's size. */
  cifar10: {
    batch: 256,
    learningRate: 0.1,
    retrainEpochs: 600,
    retrainBatch: 96,
    retrainRate: 0.025,
    crop: 4,
    flip: "on",
    cutout: 16,
  },
  /**
   * The published evaluation on ImageNet, with the augmentation of DARTS's script, which it follows; there is no published search, so one is trained as what
   * it finds. Steps have parts of 8 images.
   */
  imagenet: {
    imageSize: 224,
    batch: 1024,
    accumulate: 128,
    weightDecay: 3e-5,
    warmupEpochs: 5,
    schedule: "linear",
    retrainEpochs: 250,
    resizedCrop: 0.08,
    flip: "on",
    colourJitter: 0.4,
    hueJitter: 0.2,
    labelSmoothing: 0.1,
  },
};

/** Of ImageNet for a batch of 1024; other batches have rates in proportion. */
const IMAGENET_RATE = 0.5 / 1024;

/** The options of a search with a preset filled in: the one asked for, else `demo` for the embedded data, else none. */
export function withPreset(
  options: RunOptions,
  dataPath: string,
  space: SpaceKind,
  strategy: Pick<Strategy, "presets" | "afterwards">,
): RunOptions {
  const preset = presetFor(options, dataPath, space, strategy.presets);
  const isOne = hasOneNetwork(strategy);
  const filled = { ...(isOne ? ofTarget(preset) : preset), ...options };
  return options.preset === "imagenet" ? forItsBatch(filled, options, !isOne) : filled;
}

/** The same for training alone, whose size and length are called `channels`, `cells`, `epochs` and so on. */
export function withTrainPreset(options: RunOptions, dataPath: string, space: SpaceKind): RunOptions {
  const { retrainEpochs, ...target } = ofTarget(presetFor(options, dataPath, space, {}));
  const filled = { ...target, ...(retrainEpochs === undefined ? {} : { epochs: retrainEpochs }), ...options };
  return options.preset === "imagenet" ? forItsBatch(filled, options, false) : filled;
}

/** Rates and parts that go with the batches, as far as they were not given. */
function forItsBatch(filled: RunOptions, given: RunOptions, hasTwoNetworks: boolean): RunOptions {
  const { batch, retrainBatch = batch } = filled;
  const rates = {
    learningRate: given.learningRate ?? IMAGENET_RATE * batch!,
    ...(hasTwoNetworks ? { retrainRate: given.retrainRate ?? IMAGENET_RATE * retrainBatch! } : {}),
  };
  return { ...filled, ...rates, accumulate: given.accumulate ?? partsFor([batch!, retrainBatch!]) };
}

/**
 * What a search with these options trains from scratch at its end, in the words of `train`, which has no preset to fill in any more; without the
 * epochs, and with whatever only the search takes.
 */
export function targetOptions(options: RunOptions, dataPath: string, space: SpaceKind): RunOptions {
  const filled = withPreset(options, dataPath, space, { presets: {}, afterwards: "retrain" });
  const { retrainEpochs: _, ...target } = ofTarget(filled);
  return target;
}

/** What a search by `strategy` was asked for in the words of a training of the same network, without what means something to the search alone. */
export function asTrainOptions(given: RunOptions, strategy: Pick<Strategy, "flags">): RunOptions {
  const isOfTraining = ([name]: readonly [string, unknown]) => !Object.hasOwn(strategy.flags, name);
  const {
    strategy: _strategy,
    afterwards: _afterwards,
    settledEpochs: _settledEpochs,
    retrainEpochs,
    ...target
  } = ofTarget(Object.fromEntries(Object.entries(given).filter(isOfTraining)));
  return { ...target, ...(retrainEpochs === undefined ? {} : { epochs: retrainEpochs }) };
}

function presetFor(
  options: RunOptions,
  dataPath: string,
  space: SpaceKind,
  ofStrategy: Strategy["presets"],
): RunOptions {
  const preset = options.preset ?? (dataPath === "demo" ? "demo" : undefined);
  return preset === undefined ? {} : { ...COMMON[preset], ...space.presets[preset], ...ofStrategy[preset] };
}

/** Options whose size, batch and rate are those of the network that is trained at the end. */
function ofTarget(preset: RunOptions): RunOptions {
  const rest: Record<string, unknown> = {};
  const target: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(preset)) {
    const own = name === "retrainEpochs" ? null : /^retrain([A-Z])(.*)$/.exec(name);
    if (own === null) rest[name] = value;
    else target[name === "retrainRate" ? "learningRate" : own[1]!.toLowerCase() + own[2]!] = value;
  }
  return { ...rest, ...target };
}
