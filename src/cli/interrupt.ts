/**
 * @file Ctrl-C and the system's wish to end a run. The first signal asks the run to stop at the next place where it can be gone on with; the
 * second ends the process at once, which loses what came after the last checkpoint.
 */
import { exitCodeOf, type StopWatch } from "../run/index.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

type Signal = (typeof SIGNALS)[number];

export class Interrupt implements StopWatch {
  readonly #listeners: ReadonlyMap<Signal, () => void>;
  #reason: Signal | null = null;

  /** Listens until it is closed; `onFirst` is told of the first signal. */
  constructor(onFirst: () => void) {
    const listener = (signal: Signal) => () => {
      if (this.#reason !== null) process.exit(exitCodeOf(signal)!);
      this.#reason = signal;
      onFirst();
    };
    this.#listeners = new Map(SIGNALS.map((signal) => [signal, listener(signal)]));
    for (const [signal, listen] of this.#listeners) process.on(signal, listen);
  }

  /** The signal that came, if one did. */
  get reason(): string | null {
    return this.#reason;
  }

  close(): void {
    for (const [signal, listen] of this.#listeners) process.off(signal, listen);
  }
}
