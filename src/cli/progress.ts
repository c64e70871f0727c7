/**
 * @file What people see while a run goes on: a line an epoch with the time left, and on a terminal a bar in between. Time left is
 * measured: seconds a step of this phase so far, and for the phase that has not begun an estimate until it has.
 */
import { formatDuration } from "../duration.ts";
import type { PhasePlan } from "../run/index.ts";
import type { Terminal } from "./terminal.ts";

export class Progress {
  readonly #terminal: Terminal;
  readonly #clock: () => number;
  #current: PhasePlan | null = null;
  #next: PhasePlan | null = null;
  #started = 0;
  #steps = 0;
  #stepsBefore = 0;

  /** `clock` in seconds. */
  constructor(terminal: Terminal, clock: () => number) {
    this.#terminal = terminal;
    this.#clock = clock;
  }

  /** Starts a phase, or goes on with one after so many steps; `next`: what follows it. */
  begin(plan: PhasePlan, stepsBefore: number, next: PhasePlan | null): void {
    this.#current = plan;
    this.#next = next;
    this.#started = this.#clock();
    this.#steps = 0;
    this.#stepsBefore = stepsBefore;
  }

  /** One step is done. */
  step(epoch: number, step: number, loss: number): void {
    this.#steps++;
    const { phase, epochs, stepsPerEpoch } = this.#current!;
    const place = `${phase} epoch ${epoch}/${epochs}`;
    const count = `${step}/${stepsPerEpoch}`;
    const figures = [`loss ${loss.toFixed(3)}`, this.#left()].filter((text) => text !== "");
    this.#terminal.progress(fitted(place, step / stepsPerEpoch, count, figures, this.#terminal.width - 1));
  }

  /** One epoch is done. */
  epoch(epoch: number, figures: readonly string[]): void {
    const { phase, epochs } = this.#current!;
    const place = `${phase} epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`;
    this.#terminal.line(`${place}  ${figures.join("  ")}  ${this.#left()}`);
  }

  #left(): string {
    const { epochs, stepsPerEpoch } = this.#current!;
    const perStep = (this.#clock() - this.#started) / this.#steps;
    let seconds = (epochs * stepsPerEpoch - this.#stepsBefore - this.#steps) * perStep;
    if (this.#next !== null) seconds += (this.#next.epochs * this.#next.stepsPerEpoch * perStep) / 2;
    return seconds < 0.5 ? "" : `${formatDuration(seconds)} left`;
  }
}

const LONGEST_BAR = 20;
const SHORTEST_BAR = 5;

/** A line of at most so many columns: what is least missed gives way first, the bar, then all figures but the last, the time that is left. */
function fitted(place: string, share: number, count: string, figures: readonly string[], columns: number): string {
  const plain = [`${place} ${count}`, ...figures].join("  ");
  const room = Math.min(LONGEST_BAR, columns - plain.length - "[] ".length);
  if (room >= SHORTEST_BAR) {
    const done = Math.floor(room * share);
    const bar = "#".repeat(done) + "-".repeat(room - done);
    return [`${place} [${bar}] ${count}`, ...figures].join("  ");
  }
  if (plain.length <= columns) return plain;
  return [`${place} ${count}`, ...figures.slice(-1)].join("  ");
}
