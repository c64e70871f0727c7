/**
 * @file Ctrl-C and the system's wish to end a run. The first signal asks the run to stop at the next place where it can be gone on with; the
 * second ends the process at once, which loses what came after the last checkpoint.
 */
import { constants } from "node:os";
import { IstaNasError } from "../../error.ts";

type Signal = "SIGINT" | "SIGTERM";

const SIGNALS: readonly Signal[] = ["SIGINT", "SIGTERM"];

export class Interrupt {
  readonly #listeners: ReadonlyMap<Signal, () => void>;
  #signal: Signal | null = null;

  /** Listens until it is closed; `onFirst` is told of the first signal. */
  constructor(onFirst: () => void) {
    const listener = (signal: Signal) => () => {
      if (this.#signal !== null) process.exit(exitCodeOf(signal));
      this.#signal = signal;
      onFirst();
    };
    this.#listeners = new Map(SIGNALS.map((signal) => [signal, listener(signal)]));
    for (const [signal, listen] of this.#listeners) process.on(signal, listen);
  }

  /** The signal that came, if one did. */
  get signal(): Signal | null {
    return this.#signal;
  }

  close(): void {
    for (const [signal, listen] of this.#listeners) process.off(signal, listen);
  }
}

/** How a run ends that was asked to stop: nothing failed, and the exit status says which signal it was (130 or 143). */
export class Interruption extends IstaNasError {
  readonly #signal: Signal;

  constructor(signal: Signal, runPath: string) {
    super(`stopped by ${signal}, with a checkpoint of where it was`, {
      code: "E_INTERRUPTED",
      hint: `go on with: ista-nas resume ${runPath}`,
    });
    this.#signal = signal;
  }

  override get exitCode(): number {
    return exitCodeOf(this.#signal);
  }
}

function exitCodeOf(signal: Signal): number {
  return 128 + constants.signals[signal];
}
