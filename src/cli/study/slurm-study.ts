/** @file A study on a SLURM cluster: hands in what is not done, and says where it stands. Nothing has to stay attached. */
import { setTimeout as later } from "node:timers/promises";
import { countOf } from "../../count-of.ts";
import {
  isFinal,
  type QueuedTask,
  SlurmQueue,
  type SlurmResources,
  type StudyFolder,
  type StudyPlan,
  type StudyResults,
  type StudyRun,
  studyResults,
} from "../../study/index.ts";
import type { FlagValues } from "../flags.ts";
import { Interrupt } from "../interrupt.ts";
import type { Terminal } from "../terminal.ts";
import { estimateStudy } from "./estimate-study.ts";
import { tellStudy, writeStudy } from "./write-study.ts";

interface SlurmStudy {
  readonly plan: StudyPlan;
  readonly folder: StudyFolder;
  /** `demo`, or an absolute path; and what it is called. */
  readonly data: string;
  readonly dataName: string;
  readonly flags: FlagValues;
  readonly terminal: Terminal;
}

const WATCH_MILLISECONDS = 5000;
const RETRIES = 2;
const THREADS = 2;
/** What is asked for above the plan, and seconds for reading data and starting. */
const RESERVE = 1.5;
const STARTING_SECONDS = 300;

/** Throws `E_SLURM`, and what planning a run throws. */
export async function slurmStudy(study: SlurmStudy): Promise<void> {
  const { plan, folder, dataName, flags, terminal } = study;
  const queue = new SlurmQueue(folder);
  const results = () => writeStudy(folder, studyResults(folder, plan, dataName));
  if (flags.cancel === true) {
    await queue.cancel();
    terminal.line(
      "taken out of the queue; runs that were at work leave a checkpoint, and the same command without --cancel goes on",
    );
    return;
  }
  const left = openRuns(results(), await queue.tasks());
  if (left.length > 0) {
    const job = await queue.submit(left, study.data, await resourcesOf(study));
    terminal.line(`job ${job}: ${countOf(left.length, "run")} handed in`);
  }
  if (flags.watch === true) await watch(queue, results, terminal);
  const now = results();
  tellQueue(terminal, now, await queue.tasks());
  tellStudy(terminal, now, folder);
}

/** Those that are neither done nor in the queue, nor at work elsewhere. */
function openRuns({ runs }: StudyResults, tasks: ReadonlyMap<string, QueuedTask>): readonly StudyRun[] {
  return runs.flatMap(({ run, outcome }) => {
    const isOver = outcome.condition === "finished" || (outcome.condition === "failed" && isFinal(outcome));
    return isOver || outcome.condition === "running" || tasks.has(run.name) ? [] : [run];
  });
}

async function resourcesOf({ plan, data, flags, terminal }: SlurmStudy): Promise<SlurmResources> {
  const { partition, account, jobTime, jobMemory, sbatch, retries = RETRIES, jobs = null } = flags;
  const threads = typeof flags.threads === "number" ? flags.threads : THREADS;
  const isKnown = jobTime !== undefined && jobMemory !== undefined;
  const estimates = isKnown ? [] : await estimateStudy(plan, { data, terminal, threads });
  const largest = (of: "seconds" | "memoryBytes") =>
    RESERVE * Math.max(0, ...estimates.map((estimate) => estimate[of]));
  return {
    ...{ threads, retries, jobs, partition, account },
    seconds: jobTime ?? largest("seconds") + STARTING_SECONDS,
    memoryBytes: jobMemory ?? largest("memoryBytes"),
    more: (sbatch ?? "").split(/\s+/).filter((word) => word !== ""),
  };
}

/** Ctrl-C ends the looking, not the runs. */
async function watch(queue: SlurmQueue, results: () => StudyResults, terminal: Terminal): Promise<void> {
  const interrupt = new Interrupt(() => terminal.line("looking no more; the runs go on"));
  let before = "";
  try {
    while (interrupt.reason === null) {
      const tasks = await queue.tasks();
      const now = stateText(results(), tasks);
      if (now !== before) terminal.line(now);
      before = now;
      if (tasks.size === 0) return;
      await later(WATCH_MILLISECONDS);
    }
  } finally {
    interrupt.close();
  }
}

function tellQueue(terminal: Terminal, results: StudyResults, tasks: ReadonlyMap<string, QueuedTask>): void {
  terminal.line(stateText(results, tasks));
  for (const { run, outcome } of results.runs) {
    const task = tasks.get(run.name);
    if (task !== undefined) {
      const progress = "progress" in outcome && outcome.progress !== null ? `, ${outcome.progress}` : "";
      const reason = task.state === "PENDING" ? ` (${task.reason})` : "";
      terminal.line(`  ${run.name}: ${task.state.toLowerCase()}${reason}${progress}`);
    } else if (outcome.condition === "failed") terminal.line(`  ${run.name}: failed: ${outcome.reason}`);
  }
}

function stateText({ runs }: StudyResults, tasks: ReadonlyMap<string, QueuedTask>): string {
  const finished = runs.filter(({ outcome }) => outcome.condition === "finished").length;
  const states = new Map<string, number>();
  for (const { state } of tasks.values()) states.set(state, (states.get(state) ?? 0) + 1);
  const queued = [...states].map(([state, count]) => `${count} ${state.toLowerCase()}`);
  return [`${finished} of ${countOf(runs.length, "run")} finished`, ...queued].join(", ");
}
