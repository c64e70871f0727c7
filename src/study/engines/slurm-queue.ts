/**
 * @file The runs of a study in the queue of a SLURM cluster: job arrays that are handed in once, and looked at whenever somebody asks. Nothing has to
 * stay attached; the folder of the study, which all nodes see, and the queue are all there is.
 */
import { z } from "zod";
import type { StudyFolder } from "../study-folder.ts";
import type { StudyRun } from "../study-plan.ts";
import { type QueuedTask, sbatch, scancel, squeue } from "./slurm-commands.ts";
import { slurmScript } from "./slurm-script.ts";

/** What every run is given. */
export interface SlurmResources {
  /** Of a task; then its run leaves a checkpoint and waits for its next turn. */
  readonly seconds: number;
  readonly memoryBytes: number;
  readonly threads: number;
  readonly partition?: string | undefined;
  readonly account?: string | undefined;
  /** Further words for `sbatch`. */
  readonly more: readonly string[];
  /** How often a run is gone on with whose process was killed. */
  readonly retries: number;
  /** Tasks at once; null for as many as there is room for. */
  readonly jobs: number | null;
}

const FOLDER = "slurm";
const JOBS_FILE = `${FOLDER}/jobs.json`;
/** Before the time limit, for a step and a checkpoint: SLURM may be a minute early. */
const SIGNAL_SECONDS = 90;
const MEBIBYTE = 2 ** 20;

const jobsSchema = z.array(z.object({ job: z.string(), runs: z.array(z.string()) }));

export class SlurmQueue {
  readonly #folder: StudyFolder;

  constructor(folder: StudyFolder) {
    this.#folder = folder;
  }

  /** Hands in a job array and gives back its number. Throws `E_SLURM`. */
  async submit(runs: readonly StudyRun[], data: string, resources: SlurmResources): Promise<string> {
    const { threads, retries } = resources;
    const before = this.#jobs();
    const script = `${FOLDER}/array-${before.length + 1}.sh`;
    this.#folder.makeFolder(FOLDER);
    this.#folder.write(script, slurmScript({ runs, folder: this.#folder, data, threads, retries }));
    const job = await sbatch([...this.#words(runs.length, resources), this.#folder.pathOf({ name: script })]);
    this.#folder.writeJson(JOBS_FILE, [...before, { job, runs: runs.map(({ name }) => name) }]);
    return job;
  }

  /** The tasks that wait or are at work, by the name of their run. Throws `E_SLURM`. */
  async tasks(): Promise<ReadonlyMap<string, QueuedTask>> {
    const jobs = this.#jobs();
    const queued = await squeue(jobs.map(({ job }) => job));
    return new Map(
      queued.flatMap((task) => {
        const run = jobs.find(({ job }) => job === task.job)?.runs[task.index];
        return run === undefined ? [] : [[run, task] as const];
      }),
    );
  }

  /** Takes all of them out of the queue; runs at work leave a checkpoint. Throws `E_SLURM`. */
  async cancel(): Promise<void> {
    const jobs = new Set([...(await this.tasks()).values()].map(({ job }) => job));
    if (jobs.size > 0) await scancel([...jobs]);
  }

  #jobs(): readonly { readonly job: string; readonly runs: readonly string[] }[] {
    return this.#folder.has(JOBS_FILE) ? jobsSchema.parse(this.#folder.readJson(JOBS_FILE)) : [];
  }

  #words(count: number, resources: SlurmResources): readonly string[] {
    const { seconds, memoryBytes, threads, partition, account, more, jobs } = resources;
    return [
      `--array=0-${count - 1}${jobs === null ? "" : `%${jobs}`}`,
      ...["--requeue", "--open-mode=append", `--signal=B:INT@${SIGNAL_SECONDS}`],
      ...["--ntasks=1", `--cpus-per-task=${threads}`, `--mem=${Math.ceil(memoryBytes / MEBIBYTE)}M`],
      `--time=${Math.ceil(seconds / 60)}`,
      `--job-name=${this.#folder.name}`,
      `--output=${this.#folder.pathOf({ name: FOLDER })}/task-%A_%a.out`,
      ...(partition === undefined ? [] : [`--partition=${partition}`]),
      ...(account === undefined ? [] : [`--account=${account}`]),
      ...more,
    ];
  }
}
