/** @file Which flags each study takes. The list of commands imports it, so it imports no part. */
import type { PartFlags } from "../../run/index.ts";
import { DATA_FLAGS, retrainFlags, searchFlags, TRAINING_FLAGS } from "../flag-lists.ts";
import type { SlurmGiven } from "./slurm-flags.ts";

export type StudyName = "epsilon" | "rank" | "runs";

/** Those of `SLURM_FLAGS`, which loads what parses their values. */
const SLURM_NAMES: readonly (keyof SlurmGiven)[] = [
  "engine",
  "watch",
  "cancel",
  "partition",
  "account",
  "jobTime",
  "jobMemory",
  "sbatch",
];

/** Without a budget: what is compared is to have the same epochs. */
const COMMON = [
  ...TRAINING_FLAGS.filter((flag) => !["time", "compute", "new"].includes(flag)),
  ...DATA_FLAGS,
  "json",
  "quiet",
];

export const STUDY_FLAGS: Readonly<Record<StudyName, (parts: PartFlags) => readonly string[]>> = {
  /** It chooses the strategy and how it freezes. */
  epsilon: (parts) => [
    ...searchFlags(parts).filter((flag) => flag !== "strategy" && flag !== "epochs" && !flag.startsWith("freeze")),
    ...["retrainEpochs", ...COMMON],
  ],
  /** A last round trains other networks than the super-net: it would only take time. */
  rank: (parts) => [
    ...["architectures", "aloneEpochs", "scoreImages"],
    ...searchFlags(parts).filter((flag) => flag !== "finalRound"),
    ...[...retrainFlags(parts), ...COMMON],
  ],
  /** From a file or by name: each of its seeds is a run, and a budget in time is fair to all of them. */
  runs: (parts) => [
    ...["seeds", "jobs", "retries", "dryRun", "yes", ...SLURM_NAMES, "settledEpochs", "afterwards"],
    ...[...searchFlags(parts), "retrainEpochs", ...retrainFlags(parts), ...Object.keys(parts.proxyMacro)],
    ...[...TRAINING_FLAGS.filter((flag) => flag !== "seed" && flag !== "new"), ...DATA_FLAGS, "json", "quiet"],
  ],
};

/** All of them, each once. */
export function flagsOfStudies(parts: PartFlags): readonly string[] {
  return [...new Set(Object.values(STUDY_FLAGS).flatMap((flags) => flags(parts)))];
}
