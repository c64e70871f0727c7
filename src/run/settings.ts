/** @file From options and data to complete settings: every default that is not a space's or a strategy's is decided here and nowhere else. */
import type { Augmentation } from "../data/index.ts";
import type { NetworkShape } from "../network/index.ts";
import { type CommonGiven, type Strategy, stepParts } from "../search/index.ts";
import type { NetworkPurpose, SpaceKind } from "../spaces/index.ts";
import type { RunConfig } from "../store/index.ts";
import { DEFAULT_BATCH, learningRateFor } from "../train/index.ts";
import { hasOneNetwork } from "./afterwards.ts";
import { refuseSettling } from "./can-settle.ts";
import { refuseIdleProxy } from "./foreign-options.ts";
import type { OpenedData } from "./open-data.ts";
import type { RunOptions } from "./run-options.ts";
import { proxyName, retrainName } from "./size-names.ts";

export type TrainingSettings = RunConfig["training"];
export type SearchSettings = Pick<NonNullable<RunConfig["strategy"]>, "network" | "proxy" | "augmentation" | "options">;

export const DEFAULT_SEED = 1;

const TRAINING_EPOCHS = 100;

/** What a run is told beside its networks. */
export function runSettings(
  options: RunOptions,
): Pick<RunConfig, "timeBudget" | "computeBudget" | "checkpoints" | "maxLoss"> {
  return {
    timeBudget: options.time ?? null,
    ...(options.compute === undefined ? {} : { computeBudget: options.compute }),
    checkpoints: { minutes: options.checkpointMinutes ?? 10, kept: options.checkpointsKept ?? 3 },
    // Far above that of guessing (14 for a million classes), far below where float32 ends.
    maxLoss: options.maxLoss ?? 1000,
  };
}

/** What networks of these data are made for. */
export function networkShape({ channels, imageSize, classNames, otherTasks }: OpenedData): NetworkShape {
  const { height, width } = imageSize;
  return {
    ...{ imageSize: { height, width }, imageChannels: channels, classCount: classNames.length },
    ...(otherTasks === undefined
      ? {}
      : { otherTasks: otherTasks.map((task) => ({ name: task.name, classCount: task.classNames.length })) }),
  };
}

export interface SettingsInputs {
  readonly options: RunOptions;
  readonly shape: NetworkShape;
  readonly space: SpaceKind;
  /** Of `space`, complete. */
  readonly spaceOptions: unknown;
}

/** Settings of a search, and of the training that comes after it. */
export function searchSettings(
  inputs: SettingsInputs,
  strategy: Strategy,
): { readonly search: SearchSettings; readonly training: TrainingSettings } {
  const { options, shape } = inputs;
  const isOne = hasOneNetwork(strategy);
  const epochs = strategy.afterwards === "none" ? 0 : (options.retrainEpochs ?? TRAINING_EPOCHS);
  const training = isOne
    ? { ...trainingSettings(inputs, "one-network", "own"), epochs }
    : trainingSettings(inputs, "training", "retrain");
  // Without a super-net there is no network but the one that is trained.
  const search: Omit<SearchSettings, "options"> =
    isOne || strategy.images === "none"
      ? { network: training.network, augmentation: training.augmentation }
      : { network: networkOf(inputs, "search", "own"), augmentation: augmentation(options, shape, 0) };
  const own = strategy.options(options as Readonly<Record<string, unknown>> & CommonGiven, training);
  const trainsAlone = strategy.trainsAlone?.(own) === true;
  if (!trainsAlone) refuseIdleProxy(options, inputs.space, strategy);
  else refuseSettling(options, strategy);
  const proxy = trainsAlone ? { proxy: networkOf(inputs, "training", "proxy") } : {};
  // Weights that go on have warmed up in the search.
  const { warmupEpochs: _, ...warm } = training;
  return { search: { ...search, ...proxy, options: own }, training: isOne ? warm : training };
}

/** Settings of training a network; `naming` says whether size and length go by their own names or by those of retraining. */
export function trainingSettings(
  inputs: SettingsInputs,
  purpose: Exclude<NetworkPurpose, "search">,
  naming: "own" | "retrain",
): TrainingSettings {
  const { options, shape } = inputs;
  const isOwn = naming === "own";
  const batch = (isOwn ? options.batch : (options.retrainBatch ?? options.batch)) ?? DEFAULT_BATCH;
  const rate = isOwn ? options.learningRate : (options.retrainRate ?? options.learningRate);
  const epochs = isOwn ? (options["epochs"] as number | undefined) : options.retrainEpochs;
  return {
    network: networkOf(inputs, purpose, naming),
    augmentation: augmentation(options, shape, options.cutout ?? 0),
    epochs: epochs ?? TRAINING_EPOCHS,
    batch,
    learningRate: rate ?? learningRateFor(batch),
    finalLearningRate: 0,
    momentum: 0.9,
    weightDecay: options.weightDecay ?? 3e-4,
    clipNorm: 5,
    labelSmoothing: options.labelSmoothing ?? 0,
    auxiliaryWeight: options.auxiliary ?? 0,
    dropPathRate: options.dropPath ?? 0,
    recompute: options.recompute ?? false,
    ...stepParts(options),
    ...(options.schedule === undefined || options.schedule === "cosine" ? {} : { schedule: options.schedule }),
  };
}

/** What options of a size are called; one that was not given is that of `own`. */
const NAMES = { own: (name: string) => name, retrain: retrainName, proxy: proxyName };

function networkOf(
  { options, shape, space, spaceOptions }: SettingsInputs,
  purpose: NetworkPurpose,
  naming: keyof typeof NAMES,
): NetworkShape {
  const given: Record<string, unknown> = {};
  for (const name of Object.keys(space.macroFlags)) {
    const value = options[NAMES[naming](name)] ?? options[name];
    if (value !== undefined) given[name] = value;
  }
  const auxiliaryHead = purpose !== "search" && naming !== "proxy" && (options.auxiliary ?? 0) > 0;
  return space.macro({ shape, given, purpose, auxiliaryHead }, spaceOptions);
}

function augmentation(
  { resizedCrop = 0, colourJitter = 0, hueJitter = 0, ...options }: RunOptions,
  { imageSize, imageChannels }: NetworkShape,
  cutoutSize: number,
): Augmentation {
  const padding = resizedCrop > 0 ? 0 : Math.round(Math.min(imageSize.height, imageSize.width) / 8);
  return {
    cropPadding: options.crop ?? padding,
    horizontalFlip: options.flip === "on" || (options.flip !== "off" && imageChannels === 3),
    cutoutSize,
    ...(resizedCrop === 0 ? {} : { resizedCrop }),
    ...(colourJitter === 0 ? {} : { colourJitter }),
    ...(hueJitter === 0 ? {} : { hueJitter }),
  };
}
