/** @file The flags of each study. They are the command's, whose help does not tell studies apart: what another one takes is refused here. */
import { IstaNasError } from "../../error.ts";
import { spelling } from "../../options/index.ts";
import type { PartFlags } from "../../run/index.ts";
import { NAMED_STUDIES } from "../../study/index.ts";
import { DATA_FLAGS, retrainFlags, searchFlags, TRAINING_FLAGS } from "../flag-lists.ts";
import { isRunsStudy } from "./runs-study.ts";
import { SLURM_FLAGS } from "./slurm-flags.ts";

export type StudyName = "epsilon" | "rank" | "runs";

/** Without a budget: what is compared is to have the same epochs. */
const COMMON = [
  ...TRAINING_FLAGS.filter((flag) => !["time", "compute", "new"].includes(flag)),
  ...DATA_FLAGS,
  "json",
  "quiet",
];

const FLAGS: Readonly<Record<StudyName, (parts: PartFlags) => readonly string[]>> = {
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
    ...["seeds", "jobs", "retries", "dryRun", "yes", ...Object.keys(SLURM_FLAGS), "settledEpochs", "afterwards"],
    ...[...searchFlags(parts), "retrainEpochs", ...retrainFlags(parts), ...Object.keys(parts.proxyMacro)],
    ...[...TRAINING_FLAGS.filter((flag) => flag !== "seed" && flag !== "new"), ...DATA_FLAGS, "json", "quiet"],
  ],
};

/** Throws `E_USAGE_STUDY` for what is none. */
export function studyNamed(name: string): StudyName {
  if (isRunsStudy(name)) return "runs";
  if (name === "epsilon" || name === "rank") return name;
  const names = ["epsilon", "rank", ...Object.keys(NAMED_STUDIES)].join(", ");
  throw new IstaNasError(`study: got ${name}, expected one of: ${names}, or the path of a file: ./study.json`, {
    code: "E_USAGE_STUDY",
    kind: "usage",
    hint: "ista-nas study epsilon demo",
  });
}

/** All of them, each once. */
export function flagsOfStudies(parts: PartFlags): readonly string[] {
  return [...new Set(Object.values(FLAGS).flatMap((flags) => flags(parts)))];
}

/** Those of one study. */
export function flagsOfStudy(study: StudyName, parts: PartFlags): readonly string[] {
  return FLAGS[study](parts);
}

/** Throws `E_USAGE_STUDY` for a flag of another study. */
export function refuseOtherFlags(study: StudyName, given: readonly string[], parts: PartFlags): void {
  const own = FLAGS[study](parts);
  const foreign = given.find((flag) => !own.includes(flag));
  if (foreign === undefined) return;
  const others = Object.entries(FLAGS).flatMap(([name, flags]) => (flags(parts).includes(foreign) ? [name] : []));
  throw new IstaNasError(
    `--${spelling(foreign)}: got it with study ${study}, expected it with study ${others.join(" or ")}`,
    { code: "E_USAGE_STUDY", kind: "usage", hint: "leave it out" },
  );
}
