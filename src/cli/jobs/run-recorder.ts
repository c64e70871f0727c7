/** @file Where the events of a run go: the journal, a row an epoch of `results.csv`, and the progress people see. */

import type { OneStageEvent } from "../../search/index.ts";
import type { DartsCells } from "../../spaces/darts/index.ts";
import { Journal, type ResultsRow, ResultsTable, type RunFolder } from "../../store/index.ts";
import type { RetrainEvent } from "../../train/index.ts";
import type { Terminal } from "../terminal.ts";
import type { Progress } from "./progress.ts";
import { formatRecovery } from "./recovery-text.ts";

/** Milestones of a run, beside the events of its search and training. */
export type RunEvent =
  | { readonly kind: "started"; readonly command: "search" | "train"; readonly seed: number; readonly version: string }
  | { readonly kind: "test"; readonly accuracy: number; readonly images: number }
  | { readonly kind: "finished" };

/** Waiting for batches is shown when it took more than this share of an epoch. */
const SHOWN_STALL = 0.01;

export class RunRecorder {
  readonly #journal: Journal;
  readonly #results: ResultsTable;
  readonly #terminal: Terminal;
  readonly #clock: () => number;
  #progress: Progress | null = null;
  #epochStarted: number;
  /** Seconds of an epoch that another session began. */
  #epochSecondsBefore: number;
  #pending: ResultsRow | null = null;

  /** `clock` in seconds; `epochSeconds`: what the epoch to go on with has taken already. */
  constructor(folder: RunFolder, terminal: Terminal, clock: () => number, epochSeconds = 0) {
    this.#journal = new Journal(folder, () => new Date());
    this.#results = new ResultsTable(folder);
    this.#epochSecondsBefore = epochSeconds;
    this.#terminal = terminal;
    this.#clock = clock;
    this.#epochStarted = clock();
  }

  /** Sets who shows the progress, and starts the clock of the first epoch. */
  follow(progress: Progress): void {
    this.#progress = progress;
    this.#epochStarted = this.#clock();
  }

  /** An event that is only kept. */
  note(event: RunEvent): void {
    this.#journal.append(event);
  }

  search(event: OneStageEvent, space: DartsCells): void {
    if (event.kind === "search-step") {
      this.#progress!.step(event.epoch, event.step, event.loss);
      return;
    }
    if (event.kind === "search-epoch") {
      const { stallSeconds, ...kept } = event;
      this.#journal.append(kept);
      const seconds = this.#endEpoch();
      const figures = [
        `loss ${event.weightLoss.toFixed(3)}`,
        `accuracy ${percent(event.weightAccuracy)}`,
        ...(event.architectureLoss === null ? [] : [`steering loss ${event.architectureLoss.toFixed(3)}`]),
        ...stallFigure(stallSeconds, seconds),
      ];
      this.#progress!.epoch(event.epoch, figures.join("  "));
      this.#pending = {
        phase: "search",
        epoch: event.epoch,
        learning_rate: event.learningRate,
        loss: event.weightLoss,
        accuracy: event.weightAccuracy,
        gradient_norm: event.gradientNorm,
        ...(event.architectureLoss === null ? {} : { architecture_loss: event.architectureLoss }),
        ...(event.architectureAccuracy === null ? {} : { architecture_accuracy: event.architectureAccuracy }),
        seconds: toTheMillisecond(seconds),
        stall_seconds: toTheMillisecond(stallSeconds),
      };
      return;
    }
    this.#journal.append(event);
    const changed = event.groups.filter((group) => group.changed).length;
    const frozen = event.kind === "one-stage-recovery" ? event.frozen : [];
    if (event.epoch > 0) this.#terminal.line(formatRecovery(event.groups, space, frozen));
    if (event.kind === "one-stage-recovery" && !event.isAccepted) {
      this.#terminal.line(
        `  not applied: its network has ${event.parameters} parameters and ${event.macs} multiply-accumulates, beyond the limit`,
      );
    }
    if (this.#pending !== null) {
      const frozenNodes = event.kind === "one-stage-recovery" ? { frozen_nodes: frozen.filter(Boolean).length } : {};
      this.#results.append({ ...this.#pending, changed_nodes: changed, ...frozenNodes });
    }
    this.#pending = null;
  }

  retrain(event: RetrainEvent): void {
    if (event.kind === "retrain-step") {
      this.#progress!.step(event.epoch, event.step, event.loss);
      return;
    }
    const { stallSeconds, ...kept } = event;
    this.#journal.append(kept);
    const seconds = this.#endEpoch();
    const figures = [`loss ${event.loss.toFixed(3)}`, `accuracy ${percent(event.accuracy)}`];
    this.#progress!.epoch(event.epoch, [...figures, ...stallFigure(stallSeconds, seconds)].join("  "));
    this.#results.append({
      phase: "retrain",
      epoch: event.epoch,
      learning_rate: event.learningRate,
      loss: event.loss,
      accuracy: event.accuracy,
      gradient_norm: event.gradientNorm,
      seconds: toTheMillisecond(seconds),
      stall_seconds: toTheMillisecond(stallSeconds),
    });
  }

  /** Seconds of the present epoch so far. */
  get epochSeconds(): number {
    return this.#epochSecondsBefore + this.#clock() - this.#epochStarted;
  }

  #endEpoch(): number {
    const seconds = this.epochSeconds;
    this.#epochSecondsBefore = 0;
    this.#epochStarted = this.#clock();
    return seconds;
  }
}

function toTheMillisecond(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

/** What an epoch's line says of steps that waited for their batches: nothing if it hardly took time. */
function stallFigure(stallSeconds: number, epochSeconds: number): readonly string[] {
  return stallSeconds > SHOWN_STALL * epochSeconds ? [`waited ${stallSeconds.toFixed(1)} s for batches`] : [];
}

/** A share as people read it: `88.12 %`. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
