/** @file What every strategy is given by the command, and the parts of the configuration that do not depend on it. */
import { pixelStatistics } from "../../data/index.ts";
import type { RandomStreams } from "../../random/index.ts";
import { type RunConfig, RunFolder } from "../../run/index.ts";
import type { SearchSpace } from "../../space/index.ts";
import { monotonicSeconds } from "../clock.ts";
import type { FlagValues } from "../flags.ts";
import type { Terminal } from "../terminal.ts";
import { packageVersion } from "../version.ts";
import { type OpenedData, runDataName } from "./open-data.ts";
import { RunRecorder } from "./run-recorder.ts";
import type { DataShape } from "./settings.ts";

export interface SearchInputs {
  /** As typed. */
  readonly path: string;
  readonly flags: FlagValues;
  readonly data: OpenedData;
  readonly seed: number;
  readonly streams: RandomStreams;
  readonly space: SearchSpace;
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
  { path, data, seed }: SearchInputs,
  strategy: NonNullable<RunConfig["strategy"]>,
): Omit<RunConfig, "search" | "oneStage" | "retrain"> {
  return {
    formatVersion: 1,
    version: packageVersion(),
    command: "search",
    strategy,
    seed,
    data: { name: data.name, path, trainImages: data.train.count, testImages: data.test.count },
    classNames: data.classNames,
    normalisation: pixelStatistics(data.train),
  };
}

/** Makes the run folder and what follows the run. */
export function startRun(
  { flags, data, seed, terminal }: SearchInputs,
  config: RunConfig,
): { readonly folder: RunFolder; readonly recorder: RunRecorder } {
  const folder = RunFolder.create(flags.out ?? `runs/${runDataName(data)}-${config.strategy}-seed${seed}`);
  folder.writeJson("config.json", config);
  folder.writeJson("data.json", data.report);
  terminal.line(`run folder ${folder.path}`);
  const recorder = new RunRecorder(folder, terminal, monotonicSeconds);
  recorder.note({ kind: "started", command: "search", seed, version: config.version });
  return { folder, recorder };
}
