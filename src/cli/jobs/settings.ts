/** @file From flags and data to complete settings: every default is decided here and nowhere else. */
import type { DartsMacro } from "../../spaces/darts/index.ts";
import type { RunConfig } from "../../store/index.ts";
import type { FlagValues } from "../flags.ts";

export type SearchSettings = NonNullable<RunConfig["search"]>;
export type RetrainSettings = RunConfig["retrain"];
export type OneStageSettings = NonNullable<RunConfig["oneStage"]>;

/** What the defaults depend on. */
export interface DataShape {
  readonly channels: number;
  readonly imageSize: { readonly height: number; readonly width: number };
  readonly classCount: number;
}

export const DEFAULT_BATCH = 64;

const DEFAULTS = {
  channels: 16,
  cells: 8,
  batch: DEFAULT_BATCH,
  searchEpochs: 50,
  maxSearchEpochs: 120,
  retrainEpochs: 100,
} as const;

export const DEFAULT_SEED = 1;

/** Rates of Adam on the measurements. */
export const ARCHITECTURE_RATES = { "two-stage": 6e-4, "one-stage": 3e-4 } as const;

/** What a run is told beside its networks. */
export function runSettings(flags: FlagValues): Pick<RunConfig, "timeBudget" | "checkpoints" | "maxLoss" | "sparsity"> {
  return {
    timeBudget: flags.time ?? null,
    checkpoints: { minutes: flags.checkpointMinutes ?? 10, kept: flags.checkpointsKept ?? 3 },
    // Far above that of guessing (14 for a million classes), far below where float32 ends.
    maxLoss: flags.maxLoss ?? 1000,
    sparsity: flags.sparsity ?? 2,
  };
}

/** Rate of SGD for a batch: the published pairs 0.025 at 64 and 0.1 at 256 lie on this line. */
export function learningRateFor(batch: number): number {
  return (0.025 * batch) / 64;
}

function networkSpec(data: DataShape, initChannels: number, cellCount: number): DartsMacro {
  return {
    imageSize: { height: data.imageSize.height, width: data.imageSize.width },
    imageChannels: data.channels,
    classCount: data.classCount,
    initChannels,
    cellCount,
    stem: "cifar",
    affine: false,
    poolNorm: true,
    skipNorm: false,
    auxiliaryHead: false,
  };
}

function augmentation(flags: FlagValues, data: DataShape, cutoutSize: number) {
  const isColour = data.channels === 3;
  return {
    cropPadding: flags.crop ?? Math.round(Math.min(data.imageSize.height, data.imageSize.width) / 8),
    horizontalFlip: flags.flip === "on" || (flags.flip !== "off" && isColour),
    cutoutSize,
  };
}

/** Settings of a two-stage search. */
export function searchSettings(flags: FlagValues, data: DataShape): SearchSettings {
  const batch = flags.batch ?? DEFAULTS.batch;
  return {
    network: networkSpec(data, flags.channels ?? DEFAULTS.channels, flags.cells ?? DEFAULTS.cells),
    augmentation: augmentation(flags, data, 0),
    epochs: flags.epochs ?? DEFAULTS.searchEpochs,
    batch,
    learningRate: flags.learningRate ?? learningRateFor(batch),
    finalLearningRate: 0.001,
    momentum: 0.9,
    weightDecay: flags.weightDecay ?? 3e-4,
    clipNorm: 5,
    recompute: flags.recompute ?? false,
    architecture: compression(flags, ARCHITECTURE_RATES["two-stage"]),
  };
}

function compression(flags: FlagValues, learningRate: number) {
  return {
    measurements: flags.measurements ?? 7,
    dictionary: flags.dictionary ?? "uniform",
    l1Weight: flags.l1Weight ?? 1e-5,
    solver: flags.solver ?? "exact",
    learningRate: flags.architectureRate ?? learningRate,
    weightDecay: 1e-3,
  } as const;
}

/** Settings of a one-stage search, and of the training that goes on from it: one network, one batch. */
export function oneStageSettings(
  flags: FlagValues,
  data: DataShape,
): { readonly oneStage: OneStageSettings; readonly retrain: RetrainSettings } {
  const epochs = flags.retrainEpochs ?? DEFAULTS.retrainEpochs;
  const trained = { ...retrainSettings(flags, data, "train"), epochs };
  const network = { ...trained.network, poolNorm: true, skipNorm: true };
  const { batch, learningRate, momentum, weightDecay, clipNorm, labelSmoothing, auxiliaryWeight, recompute } = trained;
  return {
    retrain: { ...trained, network },
    oneStage: {
      ...{ network, batch, learningRate, momentum, weightDecay, clipNorm, labelSmoothing, auxiliaryWeight, recompute },
      augmentation: trained.augmentation,
      maxEpochs: flags.maxSearchEpochs ?? DEFAULTS.maxSearchEpochs,
      architecture: compression(flags, ARCHITECTURE_RATES["one-stage"]),
      freeze: {
        rule: flags.freezeRule ?? "distance",
        epsilon: flags.freezeEpsilon ?? 1e-3,
        patience: flags.freezePatience ?? 1,
      },
      limits: { maxParameters: flags.maxParameters ?? null, maxMacs: flags.maxMacs ?? null },
      costWeight: flags.costWeight ?? 0,
    },
  };
}

/** Settings of training the derived network; `command` decides which flag names its size and length. */
export function retrainSettings(flags: FlagValues, data: DataShape, command: "search" | "train"): RetrainSettings {
  const own = command === "train";
  const channels = (own ? flags.channels : (flags.retrainChannels ?? flags.channels)) ?? DEFAULTS.channels;
  const cells = (own ? flags.cells : (flags.retrainCells ?? flags.cells)) ?? DEFAULTS.cells;
  const batch = (own ? flags.batch : (flags.retrainBatch ?? flags.batch)) ?? DEFAULTS.batch;
  const auxiliaryWeight = flags.auxiliary ?? 0;
  return {
    network: {
      ...networkSpec(data, channels, cells),
      affine: true,
      poolNorm: false,
      auxiliaryHead: auxiliaryWeight > 0,
    },
    augmentation: augmentation(flags, data, flags.cutout ?? 0),
    epochs: (own ? flags.epochs : flags.retrainEpochs) ?? DEFAULTS.retrainEpochs,
    batch,
    learningRate: (own ? flags.learningRate : (flags.retrainRate ?? flags.learningRate)) ?? learningRateFor(batch),
    finalLearningRate: 0,
    momentum: 0.9,
    weightDecay: flags.weightDecay ?? 3e-4,
    clipNorm: 5,
    labelSmoothing: flags.labelSmoothing ?? 0,
    auxiliaryWeight,
    dropPathRate: flags.dropPath ?? 0,
    recompute: flags.recompute ?? false,
  };
}
