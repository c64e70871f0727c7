/** @file Where a run happens: how many threads compute, who listens to its events, and who may ask it to stop. Nothing of it changes the result. */
import type { DataReport, LoadDataSetOptions } from "../data/index.ts";
import type { ParityReport, ParitySkipped, Verdict } from "../export/index.ts";
import type { SearchEpochEvent, SelectionEvent } from "../search/index.ts";
import type { Diagram, SearchSpace } from "../spaces/index.ts";
import type { ClassScore } from "../statistics/index.ts";
import type { RetrainEvent, StepEvent } from "../train/index.ts";
import type { RunCompute } from "./compute-meter.ts";
import type { LatencyCheck } from "./speed/latency-check.ts";

type LoadingProgress = Parameters<NonNullable<LoadDataSetOptions["onProgress"]>>[0];

/** Epochs and steps of a phase that are planned. */
export interface PhasePlan {
  readonly phase: "search" | "retrain";
  readonly epochs: number;
  readonly stepsPerEpoch: number;
}

/** How well a network tells one of its other tasks. */
export interface TaskSummary
  extends Pick<RunSummary, "testAccuracy" | "testInterval" | "topFiveAccuracy" | "macroF1" | "calibrationError"> {
  readonly name: string;
  readonly classAccuracy: readonly ClassScore[];
  readonly caveats: readonly string[];
}

/** What `summary.json` and `--json` say of a finished run, beside the details of its search. */
export interface RunSummary {
  readonly run: string;
  readonly space: string;
  readonly strategy: string | null;
  /** One line, as the space's publication writes one; `genotype.json` of the run folder has it as data. */
  readonly architecture: string;
  readonly seed: number;
  readonly testAccuracy: number;
  readonly testImages: number;
  /** Where the accuracy on all images lies with 95 % confidence: Wilson's score interval. */
  readonly testInterval: readonly [low: number, high: number];
  /** Share of the test images whose class is among the five likeliest; null for five classes or fewer. Runs of versions that did not tell lack these three. */
  readonly topFiveAccuracy: number | null;
  readonly macroF1: number;
  /** The expected one, over 15 bins of confidence. */
  readonly calibrationError: number;
  /** In the order of the outputs. */
  readonly classAccuracy: readonly ClassScore[];
  /** What the accuracy says nothing or little about. */
  readonly caveats: readonly string[];
  /** What the classes are called among several tasks; missing where there is one, as `otherTasks` is. */
  readonly taskName?: string;
  /** The other tasks of the same network, on the same images. */
  readonly otherTasks?: readonly TaskSummary[];
  readonly parameters: number;
  readonly macs: number;
  /** Of all sessions. Until the architecture was there, `searchSeconds` among the details: reading and planning too. */
  readonly seconds: number;
  /** The epoch after which the search ended because it had settled, null if it did not; missing in runs that were not asked for it. */
  readonly settledAt?: number | null;
  /** Multiply-accumulates that the run computed. Missing in runs of versions that did not count. */
  readonly compute?: RunCompute;
  /** Path of the ONNX file. */
  readonly model: string;
  /** Of a search with `--max-milliseconds`. */
  readonly latency?: LatencyCheck;
  /** Whether the search paid, if that was asked for. */
  readonly verdict?: Verdict;
  readonly [detail: string]: unknown;
}

type RetrainEpochEvent = Extract<RetrainEvent, { readonly kind: "retrain-epoch" }>;

export type RunEvent =
  /** A sentence for people: a plan, a batch that became smaller, what was set aside. */
  | { readonly kind: "note"; readonly text: string }
  | ({ readonly kind: "loading" } & LoadingProgress)
  | { readonly kind: "data"; readonly report: DataReport }
  /** What a trained network is measured on: of `images` in all those of `description`. */
  | {
      readonly kind: "measured-data";
      readonly report: DataReport;
      readonly images: number;
      readonly description: string;
    }
  | { readonly kind: "measuring"; readonly done: number; readonly total: number }
  /** A network is timed on so many threads. */
  | { readonly kind: "timing"; readonly threads: number }
  /** A model was written; `parity`: its check. */
  | { readonly kind: "exported"; readonly file: string; readonly parity: ParityReport | ParitySkipped }
  /** A phase begins, after `stepsBefore` steps of it that are done; `next`: what follows. */
  | { readonly kind: "phase"; readonly plan: PhasePlan; readonly stepsBefore: number; readonly next: PhasePlan | null }
  | StepEvent<"search-step">
  | (SearchEpochEvent & { readonly seconds: number })
  | { readonly kind: "selected"; readonly selection: SelectionEvent; readonly space: SearchSpace }
  | StepEvent<"retrain-step">
  | (RetrainEpochEvent & { readonly seconds: number })
  | {
      readonly kind: "done";
      readonly summary: RunSummary;
      readonly diagram: Diagram;
      /** The check of the ONNX file in words. */
      readonly parity: string;
    }
  /** After `done`. */
  | { readonly kind: "verdict"; readonly verdict: Verdict };

/** Watches for the wish to stop a run. */
export interface StopWatch {
  /** Who asked the run to stop, such as `SIGINT`; null as long as nobody did. */
  readonly reason: string | null;
  close(): void;
}

export interface RunHost {
  readonly threads: number | "auto";
  onEvent(event: RunEvent): void;
  /** Called when a run begins to be at work: from then on it stops, once it is asked to, at the next place where it can be gone on with. */
  watchForStop?(): StopWatch;
  /**
   * Asks to stop as SIGINT does the command line: a run that is at work finishes its step, leaves a checkpoint and ends in an `Interruption`. What
   * is not at work yet, or keeps nothing, ends at once.
   */
  readonly signal?: AbortSignal;
}

/** What a program may say of where something happens: nothing of it is needed. Default: one thread a core, silence, and no end before the end. */
export type RunHostGiven = Partial<RunHost>;

/** With what was not given. */
export function completeHost(given: RunHostGiven): RunHost {
  const { threads = "auto", signal } = given;
  return {
    threads,
    onEvent: (event) => given.onEvent?.(event),
    // Called on what was given: a class has it on its prototype.
    ...(given.watchForStop === undefined ? {} : { watchForStop: () => given.watchForStop!() }),
    ...(signal === undefined ? {} : { signal }),
  };
}

/** Tells a host's listener a sentence. */
export function note(host: Pick<RunHost, "onEvent">, text: string): void {
  host.onEvent({ kind: "note", text });
}
