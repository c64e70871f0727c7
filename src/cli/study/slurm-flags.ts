/** @file What a study on a SLURM cluster is asked for. */
import { choiceFlag, durationFlag, type FlagTable, sizeFlag, switchFlag, textFlag } from "../../options/index.ts";

export interface SlurmGiven {
  readonly engine?: "local" | "slurm";
  readonly watch?: boolean;
  readonly cancel?: boolean;
  readonly partition?: string;
  readonly account?: string;
  /** Seconds. */
  readonly jobTime?: number;
  /** Bytes. */
  readonly jobMemory?: number;
  readonly sbatch?: string;
}

export const SLURM_FLAGS: FlagTable<SlurmGiven> = {
  engine: choiceFlag(
    "engine",
    ["local", "slurm"],
    "where the runs of a study are: processes of this machine, or a job array of a SLURM cluster, which goes on by itself (default: local)",
  ),
  watch: switchFlag("slurm: look on until no run of the study is in the queue"),
  cancel: switchFlag("slurm: take the runs of the study out of the queue; those at work leave a checkpoint"),
  partition: textFlag("NAME", "slurm: as of sbatch"),
  account: textFlag("NAME", "slurm: as of sbatch"),
  jobTime: durationFlag(
    "job-time",
    "slurm: time limit of a task, such as 4h; a run that is longer goes on in its next turn (default: half as much again as its plan takes, and 5 minutes)",
  ),
  jobMemory: sizeFlag(
    "job-memory",
    "slurm: memory of a run, such as 4G or 1500M (default: half as much again as its plan needs)",
  ),
  sbatch: textFlag("WORDS", 'slurm: further words for sbatch, such as "--qos=long --exclude=n7"'),
};
