/** @file What a new run is planned from, and the parts of its configuration that do not depend on the strategy. */
import { DEFAULT_BAD_IMAGE_RATE, DEFAULT_TEST_FRACTION, pixelStatistics } from "../../data/index.ts";
import type { RunConfig } from "../../store/index.ts";
import type { FlagValues } from "../flags.ts";
import type { Terminal } from "../terminal.ts";
import { packageVersion } from "../version.ts";
import type { OpenedData } from "./open-data.ts";
import { type DataShape, DEFAULT_SEED, runSettings } from "./settings.ts";

export interface RunInputs {
  /** With its preset filled in. */
  readonly flags: FlagValues;
  /** As typed, without a preset. */
  readonly typed: FlagValues;
  readonly data: OpenedData;
  readonly threads: number | "auto";
  readonly terminal: Terminal;
  /** When the run began, by `monotonicSeconds`. */
  readonly startedAt: number;
}

/** What the settings of networks depend on. */
export function dataShape({ channels, imageSize, classNames }: OpenedData): DataShape {
  return { channels, imageSize, classCount: classNames.length };
}

/** The configuration but for its search and training. */
export function baseConfig(
  { flags, data }: RunInputs,
  what: Pick<RunConfig, "command" | "strategy" | "genotypeName">,
): Omit<RunConfig, "search" | "oneStage" | "retrain"> {
  return {
    formatVersion: 2,
    version: packageVersion(),
    ...what,
    seed: flags.seed ?? DEFAULT_SEED,
    ...runSettings(flags),
    data: dataConfig(flags, data),
    classNames: data.classNames,
    normalisation: pixelStatistics(data.train),
  };
}

function dataConfig(flags: FlagValues, { name, source, train, test, location }: OpenedData): RunConfig["data"] {
  return {
    ...{ name, path: source.path, location, fingerprint: source.fingerprint, imageSize: flags.imageSize ?? null },
    testFraction: flags.testFraction ?? DEFAULT_TEST_FRACTION,
    maxBadImageRate: flags.maxBadImages ?? DEFAULT_BAD_IMAGE_RATE,
    ...{ trainImages: train.count, testImages: test.count },
  };
}
