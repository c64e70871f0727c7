/**
 * @file What people see while a run goes on: a line an epoch with the time left, and on a terminal a bar in between. Time left is
 * measured: seconds a step of this phase so far, and for the phase that has not begun an estimate until it has.
 */
import { formatDuration } from "../duration.ts";
import type { Terminal } from "../terminal.ts";

/** Steps of each phase that are planned. */
export interface PhasePlan {
  readonly phase: "search" | "retrain";
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** Seconds a step, as far as known before the phase begins. */
  readonly secondsPerStep: number | null;
}

export class Progress {
  readonly #terminal: Terminal;
  readonly #clock: () => number;
  readonly #phases: PhasePlan[];
  #current: PhasePlan | null = null;
  #started = 0;
  #steps = 0;
  #stepsBefore = 0;

  /** `clock` in seconds. */
  constructor(terminal: Terminal, clock: () => number, phases: readonly PhasePlan[]) {
    this.#terminal = terminal;
    this.#clock = clock;
    this.#phases = [...phases];
  }

  /** Starts a phase, or goes on with one after so many steps; its plan may have become more precise. */
  begin(plan: PhasePlan, stepsBefore = 0): void {
    this.#current = plan;
    this.#phases.splice(0, this.#phases.findIndex(({ phase }) => phase === plan.phase) + 1);
    this.#started = this.#clock();
    this.#steps = 0;
    this.#stepsBefore = stepsBefore;
  }

  /** One step is done. */
  step(epoch: number, step: number, loss: number): void {
    this.#steps++;
    const { phase, epochs, stepsPerEpoch } = this.#current!;
    const done = Math.floor((20 * step) / stepsPerEpoch);
    const bar = "#".repeat(done) + "-".repeat(20 - done);
    const place = `${phase} epoch ${epoch}/${epochs} [${bar}] ${step}/${stepsPerEpoch}`;
    this.#terminal.progress(`${place}  loss ${loss.toFixed(3)}  ${this.#left()}`);
  }

  /** One epoch is done. */
  epoch(epoch: number, figures: string): void {
    const { phase, epochs } = this.#current!;
    const place = `${phase} epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`;
    this.#terminal.line(`${place}  ${figures}  ${this.#left()}`);
  }

  #left(): string {
    const { epochs, stepsPerEpoch } = this.#current!;
    const perStep = (this.#clock() - this.#started) / this.#steps;
    let seconds = (epochs * stepsPerEpoch - this.#stepsBefore - this.#steps) * perStep;
    for (const later of this.#phases) {
      seconds += later.epochs * later.stepsPerEpoch * (later.secondsPerStep ?? perStep / 2);
    }
    return seconds < 0.5 ? "" : `${formatDuration(seconds)} left`;
  }
}
