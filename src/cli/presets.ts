/** @file Presets: values for flags that were not given. A flag that is typed always wins. */
import type { FlagValues } from "./flags.ts";

const PRESETS: Readonly<Record<"demo" | "cifar10", FlagValues>> = {
  /** A few minutes on two cores for the embedded images. */
  demo: { channels: 8, cells: 5, epochs: 4, maxSearchEpochs: 6, retrainEpochs: 22, batch: 64, crop: 2 },
  /** The published recipe for CIFAR-10: search command of the README, then the evaluation script. */
  cifar10: {
    channels: 16,
    cells: 8,
    epochs: 50,
    batch: 256,
    learningRate: 0.1,
    architectureRate: 6e-4,
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

/** Fills in a preset: the one asked for, else `demo` for the embedded data, else none. */
export function withPreset(flags: FlagValues, dataPath: string): FlagValues {
  const preset = flags.preset ?? (dataPath === "demo" ? "demo" : undefined);
  return preset === undefined ? flags : { ...PRESETS[preset], ...flags };
}

/** The same for training alone, whose size and length are called `--channels`, `--cells`, `--epochs` and so on. */
export function withTrainPreset(flags: FlagValues, dataPath: string): FlagValues {
  const filled = withPreset({ ...(flags.preset === undefined ? {} : { preset: flags.preset }) }, dataPath);
  const { retrainChannels, retrainCells, retrainEpochs, retrainBatch, retrainRate, ...others } = filled;
  const { epochs: _, maxSearchEpochs: __, ...rest } = others;
  const own = {
    channels: retrainChannels ?? rest.channels,
    cells: retrainCells ?? rest.cells,
    epochs: retrainEpochs,
    batch: retrainBatch ?? rest.batch,
    learningRate: retrainRate ?? rest.learningRate,
  };
  const known = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  return { ...rest, ...known, ...flags };
}
