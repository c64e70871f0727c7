/** @file SLURM's commands, as far as a study needs them. */
import { execFile } from "node:child_process";
import { IstaNasError } from "../../error.ts";

interface Ran {
  readonly status: number;
  readonly output: string;
  readonly error: string;
}

/** A task of a job array that is in the queue. */
export interface QueuedTask {
  readonly job: string;
  readonly index: number;
  /** In SLURM's words, such as `PENDING` and `RUNNING`. */
  readonly state: string;
  /** Why it waits, in SLURM's words. */
  readonly reason: string;
}

/** The number of the job. Throws `E_SLURM` if SLURM is not there or does not take it, with what it says. */
export async function sbatch(words: readonly string[]): Promise<string> {
  const { status, output, error } = await run("sbatch", ["--parsable", ...words]);
  const job = /^\d+/.exec(output.trim())?.[0];
  if (status === 0 && job !== undefined) return job;
  throw failed(
    `sbatch did not take the job: ${said(error, output)}`,
    "change what SLURM names: --partition, --account, --job-time, --job-memory, --threads, --sbatch",
  );
}

/** The tasks of these jobs that wait or are at work. Throws `E_SLURM`. */
export async function squeue(jobs: readonly string[]): Promise<readonly QueuedTask[]> {
  if (jobs.length === 0) return [];
  const { status, output, error } = await run("squeue", ["-h", "-r", "-j", jobs.join(","), "-o", "%F|%K|%T|%r"]);
  // It knows a job that is over for some minutes only.
  if (status !== 0 && /Invalid job id/i.test(error)) {
    if (jobs.length === 1) return [];
    return (await Promise.all(jobs.map((job) => squeue([job])))).flat();
  }
  if (status !== 0)
    throw failed(`squeue: ${said(error, output)}`, "is the controller of SLURM up? scontrol ping says so");
  return output
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [job, index, state, reason] = line.split("|") as [string, string, string, string];
      return { job, index: Number(index), state, reason };
    });
}

/** Takes all tasks of these jobs out of the queue; those at work get SIGTERM and leave a checkpoint. Throws `E_SLURM`. */
export async function scancel(jobs: readonly string[]): Promise<void> {
  const { status, output, error } = await run("scancel", [...jobs]);
  if (status !== 0 && !/Invalid job id/i.test(error))
    throw failed(`scancel: ${said(error, output)}`, "scontrol ping says whether the controller of SLURM is up");
}

function run(command: string, words: readonly string[]): Promise<Ran> {
  return new Promise((resolve, reject) => {
    execFile(command, words, { maxBuffer: 2 ** 28 }, (fault, output, error) => {
      if (fault === null) return resolve({ status: 0, output, error });
      if (typeof fault.code === "number") return resolve({ status: fault.code, output, error });
      const isMissing = (fault as NodeJS.ErrnoException).code === "ENOENT";
      reject(
        failed(
          isMissing ? `got no command ${command}, expected SLURM on this machine` : `${command}: ${fault.message}`,
          "start the study where sbatch can be called, such as on a login node; or leave --engine out",
        ),
      );
    });
  });
}

/** What a command says of why it failed, in one line. */
function said(error: string, output: string): string {
  const lines = (error.trim() || output.trim() || "it said nothing").split("\n");
  return lines.join("; ");
}

function failed(what: string, hint: string): IstaNasError {
  return new IstaNasError(`slurm: ${what}`, { code: "E_SLURM", hint });
}
