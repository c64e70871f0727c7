/** @file `config.json`: everything that a run was asked to do and what is needed to use its network again. */
import { isDeepStrictEqual } from "node:util";
import type { Augmentation, PixelStatistics } from "../data/index.ts";
import { IstaNasError } from "../error.ts";
import { parseJson } from "../files/index.ts";
import type { OneStageOptions, TwoStageOptions } from "../search/index.ts";
import type { DartsMacro } from "../spaces/darts/index.ts";
import type { RetrainOptions } from "../train/index.ts";
import { CONFIG_FILE } from "./config-file.ts";
import { runConfigSchema } from "./run-config-schema.ts";
import type { RunFolder } from "./run-folder.ts";

/** What a phase trains, and how its images are augmented. */
export interface PhaseConfig {
  readonly network: DartsMacro;
  readonly augmentation: Augmentation;
}

/** Where the data were, and how they were read: enough to read them again. */
interface DataConfig {
  readonly name: string;
  /** As typed. */
  readonly path: string;
  /** Absolute path, or `demo`. */
  readonly location: string;
  /** SHA-256 of the decoded images and labels; null in runs of format 1. */
  readonly fingerprint: string | null;
  /** Side that was asked for, null for the default. */
  readonly imageSize: number | null;
  /** Share of each class that became the test split if the data had none. */
  readonly testFraction: number;
  /** Share of unreadable images that was allowed. */
  readonly maxBadImageRate: number;
  readonly trainImages: number;
  readonly testImages: number;
}

export interface RunConfig {
  readonly formatVersion: 2;
  /** Version of ista-nas that wrote the run. */
  readonly version: string;
  /** `search` finds the genotype, `train` was given one. */
  readonly command: "search" | "train";
  readonly strategy: "two-stage" | "one-stage" | null;
  readonly seed: number;
  /** Seconds that the whole run may take: epochs of training are fitted to what the search leaves. Null for no budget. */
  readonly timeBudget: number | null;
  readonly checkpoints: {
    /** Minutes after which one is written in the middle of an epoch. */
    readonly minutes: number;
    /** How many of the newest stay. */
    readonly kept: number;
  };
  /** Largest loss that is taken for a training: beyond it the run stops. */
  readonly maxLoss: number;
  /** Choices kept a node. */
  readonly sparsity: number;
  /** What was trained is called, if the run was given it. */
  readonly genotypeName: string | null;
  readonly data: DataConfig;
  readonly classNames: readonly string[];
  /** Of the training pixels, per channel, in 0..1 units. */
  readonly normalisation: PixelStatistics;
  /** Of a two-stage search. */
  readonly search: (TwoStageOptions & PhaseConfig) | null;
  /** Of a one-stage search: network and batches are those of the training that goes on from it. */
  readonly oneStage: (OneStageOptions & PhaseConfig) | null;
  readonly retrain: RetrainOptions & PhaseConfig;
  /** SHA-256 of the settings that the run began with and its numbers depend on: its checkpoints carry the same. Missing in runs of earlier versions. */
  readonly identity?: string | undefined;
}

const CURRENT_VERSION = 2;

/** What runs of format 1 did not write down. They have no checkpoints: their networks can be used, and not gone on with. */
function upgradeFormat1(old: Record<string, unknown>): Record<string, unknown> {
  const data = {
    fingerprint: null,
    imageSize: null,
    testFraction: 0.2,
    maxBadImageRate: 0.01,
    ...asRecord(old["data"]),
  };
  return {
    ...{ timeBudget: null, checkpoints: { minutes: 10, kept: 3 }, maxLoss: 1000, sparsity: 2, genotypeName: null },
    ...old,
    formatVersion: CURRENT_VERSION,
    data: { location: data["path" as keyof typeof data], ...data },
  };
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** Reads and checks the configuration of a run, of this format or an older one. Throws `E_RUN_CONFIG` naming the first field that is wrong. */
export function loadRunConfig(folder: RunFolder): RunConfig {
  const wrong = (what: string, hint = "the file was changed or torn: bring it back, or run again", cause?: unknown) =>
    new IstaNasError(`run ${folder.name}: ${CONFIG_FILE}: ${what}`, { code: "E_RUN_CONFIG", hint, cause });
  const parsed = folder.readJson(CONFIG_FILE, { wrong: (fault) => wrong(fault.message, undefined, fault) });
  const { formatVersion } = asRecord(parsed);
  if (typeof formatVersion === "number" && formatVersion > CURRENT_VERSION) {
    throw wrong(
      `formatVersion: got ${formatVersion}, expected at most ${CURRENT_VERSION}`,
      "the run was written by a newer ista-nas: update with npm install ista-nas@latest",
    );
  }
  const result = runConfigSchema.safeParse(formatVersion === 1 ? upgradeFormat1(asRecord(parsed)) : parsed);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw wrong(`${issue.path.join(".") || "the whole"}: ${issue.message}`);
}

/**
 * Throws `E_RUN_CONFIG` unless what a new run is about to write into `config.json` can be read back, with nothing missing: a run that begins must be one
 * that can be gone on with.
 */
export function assertRunConfig(config: RunConfig): void {
  const written = parseJson(JSON.stringify(config));
  const { success, data, error } = runConfigSchema.safeParse(written);
  if (success && isDeepStrictEqual(data, written)) return;
  const issue = error?.issues[0];
  const what = issue === undefined ? "a setting that is not read" : `${issue.path.join(".")}: ${issue.message}`;
  throw new IstaNasError(`internal: ${CONFIG_FILE}: got ${what}, expected what can be read back`, {
    code: "E_RUN_CONFIG",
    kind: "internal",
    hint: "nothing was trained; please report it with the command",
  });
}
