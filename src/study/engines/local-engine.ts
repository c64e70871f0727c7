/**
 * @file Runs of a study as processes of this machine, some at once. A process that dies is started again, and its run goes on from its newest
 * checkpoint. The engine keeps nothing: killed itself, the next one finds in the run folders what is done, and waits for what is still at work.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { setTimeout as later } from "node:timers/promises";
import { openToAppend, readInputFile } from "../../files/index.ts";
import { runCommand } from "../run-command.ts";
import { isFinal, type RunOutcome, runOutcome } from "../run-outcome.ts";
import type { StudyRun } from "../study-plan.ts";
import type { EngineInputs, RunEnd, StudyEngine } from "./study-engine.ts";

export interface LocalOptions {
  /** Runs at once. */
  readonly jobs: number;
  /** Of each of them. */
  readonly threads: number | "auto";
  /** How often a run is started again whose process died. */
  readonly retries: number;
}

/** Between two looks at a run that another process works on. */
const LOOK_MILLISECONDS = 1000;
/** Of a log: a line an epoch. */
const MOST_LOG_BYTES = 2 ** 28;

interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

export class LocalEngine implements StudyEngine {
  readonly #options: LocalOptions;

  constructor(options: LocalOptions) {
    this.#options = options;
  }

  async run(inputs: EngineInputs): Promise<void> {
    const queue = [...inputs.runs];
    const worker = async () => {
      while (!inputs.stop.aborted) {
        const next = queue.shift();
        if (next === undefined) return;
        const end = await this.#finish(next, inputs);
        if (end !== null) inputs.onRun(next, end);
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.#options.jobs, queue.length) }, worker));
  }

  /** Null if it was asked to stop before. */
  async #finish(run: StudyRun, inputs: EngineInputs): Promise<RunEnd | null> {
    const { folder, onRun, stop } = inputs;
    let isToldElsewhere = false;
    for (let begun = 0; !stop.aborted; ) {
      const outcome = runOutcome(folder.pathOf(run));
      if (outcome.condition === "finished") return outcome;
      const isAtWork = outcome.condition === "running" || folder.hasWorker(run);
      if (isAtWork) {
        if (!isToldElsewhere) onRun(run, "elsewhere");
        isToldElsewhere = true;
        await later(LOOK_MILLISECONDS);
        continue;
      }
      if (outcome.condition === "failed" && isFinal(outcome)) return outcome;
      if (begun > this.#options.retries) return this.#givenUp(run, outcome, inputs);
      onRun(run, outcome.condition === "waiting" ? "begun" : "resumed");
      const exit = await this.#start(run, inputs);
      begun++;
      // What it was asked for will not be right the next time.
      if (exit.code === 2) return this.#givenUp(run, runOutcome(folder.pathOf(run)), inputs);
    }
    return null;
  }

  #start(run: StudyRun, { folder, data, stop }: EngineInputs): Promise<Exit> {
    folder.clearUnbegun(run);
    const { arithmetic } = folder;
    const words = runCommand(run, { data, out: folder.pathOf(run), threads: this.#options.threads, arithmetic });
    const log = openToAppend(folder.logOf(run));
    return new Promise((resolve, reject) => {
      // In a group of its own: Ctrl-C is passed on once, and a second one would lose what came after the last checkpoint.
      const child: ChildProcess = spawn(process.execPath, words, { stdio: ["ignore", log, log], detached: true });
      closeSync(log);
      if (child.pid !== undefined) folder.noteWorker(run, child.pid);
      const interrupt = () => child.kill("SIGINT");
      stop.addEventListener("abort", interrupt, { once: true });
      if (stop.aborted) interrupt();
      child.once("error", reject);
      child.once("exit", (code, signal) => {
        stop.removeEventListener("abort", interrupt);
        resolve({ code, signal });
      });
    });
  }

  #givenUp(run: StudyRun, outcome: RunOutcome, { folder }: EngineInputs): RunEnd {
    if (outcome.condition === "finished" || outcome.condition === "failed") return outcome;
    return { condition: "failed", code: "E_STUDY_RUN", reason: lastError(folder.logOf(run)) };
  }
}

/** What a process said of why it ended; without a word of it, that it was killed. */
function lastError(path: string): string {
  const lines = readInputFile(path, MOST_LOG_BYTES).toString("utf8").split("\n");
  const said = lines.findLast((line) => line.startsWith("error: "));
  return said?.replace("error: ", "") ?? `its process was killed again and again; see ${path}`;
}
