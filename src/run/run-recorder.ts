/** @file Where the events of a run go: the journal, a row an epoch of `results.csv`, and whoever listens. */
import type { RunLoggers } from "../loggers/index.ts";
import type { SearchEvent } from "../search/index.ts";
import type { SearchSpace } from "../spaces/index.ts";
import { Journal, type ResultsRow, ResultsTable, type RunFolder, taskColumn } from "../store/index.ts";
import type { RetrainEvent } from "../train/index.ts";
import type { RunHost } from "./run-host.ts";

/** Milestones of a run, beside the events of its search and training. */
type Milestone =
  | { readonly kind: "started"; readonly command: "search" | "train"; readonly seed: number; readonly version: string }
  | {
      readonly kind: "test";
      readonly accuracy: number;
      readonly otherAccuracies?: readonly number[];
      readonly images: number;
    }
  | { readonly kind: "finished" };

export class RunRecorder {
  readonly #journal: Journal;
  readonly #results: ResultsTable;
  readonly #space: SearchSpace;
  readonly #host: Pick<RunHost, "onEvent">;
  readonly #loggers: Pick<RunLoggers, "add"> | null;
  readonly #clock: () => number;
  #epochStarted: number;
  /** Seconds of an epoch that another session began. */
  #epochSecondsBefore: number;
  #pending: ResultsRow | null = null;

  /** `clock` in seconds; `epochSeconds`: what the epoch to go on with has taken already; `loggers`: hear of what the journal has taken; `otherTasks`: how many the network has beside the first. */
  constructor(
    folder: RunFolder,
    space: SearchSpace,
    host: Pick<RunHost, "onEvent">,
    clock: () => number,
    epochSeconds = 0,
    loggers: Pick<RunLoggers, "add"> | null = null,
    otherTasks = 0,
  ) {
    this.#journal = new Journal(folder, () => new Date());
    this.#results = new ResultsTable(folder, otherTasks);
    this.#space = space;
    this.#host = host;
    this.#loggers = loggers;
    this.#epochSecondsBefore = epochSeconds;
    this.#clock = clock;
    this.#epochStarted = clock();
  }

  /** Starts the clock of the first epoch of a phase. */
  beginEpoch(): void {
    this.#epochStarted = this.#clock();
  }

  /** An event that is only kept. */
  note(event: Milestone): void {
    this.#keep(event);
  }

  search(event: SearchEvent): void {
    if (event.kind === "search-step") {
      this.#host.onEvent(event);
      return;
    }
    if (event.kind === "search-epoch") {
      const { stallSeconds, ...kept } = event;
      this.#keep(kept);
      const seconds = this.#endEpoch();
      this.#host.onEvent({ ...event, seconds });
      this.#pending = {
        phase: "search",
        epoch: event.epoch,
        learning_rate: event.learningRate,
        loss: event.weightLoss,
        accuracy: event.weightAccuracy,
        ...taskAccuracies(event.otherAccuracies),
        gradient_norm: event.gradientNorm,
        ...(event.architectureLoss === null ? {} : { architecture_loss: event.architectureLoss }),
        ...(event.architectureAccuracy === null ? {} : { architecture_accuracy: event.architectureAccuracy }),
        seconds: toTheMillisecond(seconds),
        stall_seconds: toTheMillisecond(stallSeconds),
      };
      return;
    }
    this.#keep(event);
    this.#host.onEvent({ kind: "selected", selection: event, space: this.#space });
    if (this.#pending !== null) {
      const count = (is: "changed" | "isFrozen") => event.groups.filter((group) => group[is]).length;
      this.#results.append({ ...this.#pending, changed_nodes: count("changed"), frozen_nodes: count("isFrozen") });
    }
    this.#pending = null;
  }

  retrain(event: RetrainEvent): void {
    if (event.kind === "retrain-step") {
      this.#host.onEvent(event);
      return;
    }
    const { stallSeconds, ...kept } = event;
    this.#keep(kept);
    const seconds = this.#endEpoch();
    this.#host.onEvent({ ...event, seconds });
    this.#results.append({
      phase: "retrain",
      epoch: event.epoch,
      learning_rate: event.learningRate,
      loss: event.loss,
      accuracy: event.accuracy,
      ...taskAccuracies(event.otherAccuracies),
      gradient_norm: event.gradientNorm,
      seconds: toTheMillisecond(seconds),
      stall_seconds: toTheMillisecond(stallSeconds),
    });
  }

  /** Seconds of the present epoch so far. */
  get epochSeconds(): number {
    return this.#epochSecondsBefore + this.#clock() - this.#epochStarted;
  }

  #keep<Event extends { readonly kind: string }>(event: Event): void {
    const entry = this.#journal.append(event);
    this.#loggers?.add(entry);
  }

  #endEpoch(): number {
    const seconds = this.epochSeconds;
    this.#epochSecondsBefore = 0;
    this.#epochStarted = this.#clock();
    return seconds;
  }
}

function taskAccuracies(others: readonly number[] = []): Pick<ResultsRow, ReturnType<typeof taskColumn>> {
  return Object.fromEntries(others.map((accuracy, task) => [taskColumn(task), accuracy]));
}

function toTheMillisecond(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
