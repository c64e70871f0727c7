/** @file Presets: values for flags that were not given. A flag that is typed always wins. */
import type { FlagValues } from "./flags.ts";

const PRESETS: Readonly<Record<"demo" | "cifar10", FlagValues>> = {
  /** A few minutes on two cores for the embedded images. */
  demo: { channels: 8, cells: 5, epochs: 4, maxSearchEpochs: 6, retrainEpochs: 22, batch: 64, crop: 2 },
  /** The published recipe for CIFAR-10: search command of the README, then the evaluation script; one-stage has the latter's size. */
  cifar10: {
    channels: 16,
    cells: 8,
    epochs: 50,
    maxSearchEpochs: 600,
    batch: 256,
    learningRate: 0.1,
    retrainChannels: 36,
    retrainCells: 20,
    retrainEpochs: 600,
    retrainBatch: 96,
    retrainRate: 0.025,
    crop: 4,
    flip: "on",
    cutout: 16,
    dropPath: 0.2,
    auxiliary: 0.4,
  },
};

function presetFor(flags: FlagValues, dataPath: string): FlagValues {
  const preset = flags.preset ?? (dataPath === "demo" ? "demo" : undefined);
  return preset === undefined ? {} : PRESETS[preset];
}

/** Fills in a preset: the one asked for, else `demo` for the embedded data, else none. */
export function withPreset(flags: FlagValues, dataPath: string): FlagValues {
  return { ...presetFor(flags, dataPath), ...flags };
}

/** The same for training alone, whose size and length are called `--channels`, `--cells`, `--epochs` and so on. */
export function withTrainPreset(flags: FlagValues, dataPath: string): FlagValues {
  const { retrainEpochs, maxSearchEpochs: _, ...target } = ofTarget(presetFor(flags, dataPath));
  return { ...target, ...(retrainEpochs === undefined ? {} : { epochs: retrainEpochs }), ...flags };
}

/** The same for a one-stage search: it has one network, of the size that is trained, called `--channels`, `--cells` and so on. */
export function withOneStagePreset(flags: FlagValues, dataPath: string): FlagValues {
  return { ...ofTarget(presetFor(flags, dataPath)), ...flags };
}

/** A preset whose size, batch and rate are those of the network that is trained at the end. */
function ofTarget(preset: FlagValues): FlagValues {
  const { retrainChannels, retrainCells, retrainBatch, retrainRate, epochs: _, ...rest } = preset;
  const own = { channels: retrainChannels, cells: retrainCells, batch: retrainBatch, learningRate: retrainRate };
  return { ...rest, ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)) };
}
