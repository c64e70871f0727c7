/** @file The wish to stop, and how a run ends that was asked to. */
import { constants } from "node:os";
import { IstaNasError } from "../error.ts";
import type { RunHost, StopWatch } from "./run-host.ts";

/** How a run ends that was asked to stop: nothing failed, and for a signal the exit status says which one it was (130 or 143). */
export class Interruption extends IstaNasError {
  /** The name of the system's signal, or what else asked. */
  readonly reason: string;
  /** Path of the run folder, whose newest checkpoint is of where it was; null if there is none yet. */
  readonly run: string | null;

  constructor(reason: string, run: string | null) {
    super(
      `stopped by ${reason}, ${run === null ? "before there was anything to keep" : "with a checkpoint of where it was"}`,
      {
        code: "E_INTERRUPTED",
        ...(run === null ? {} : { hint: `go on with: ista-nas resume ${run}` }),
      },
    );
    this.reason = reason;
    this.run = run;
  }

  override get exitCode(): number {
    return exitCodeOf(this.reason) ?? super.exitCode;
  }
}

/** Who asked a run to stop that is at work, null as long as nobody did. */
export function reasonToStop({ signal }: Pick<RunHost, "signal">, watch: StopWatch | null): string | null {
  return watch?.reason ?? (signal?.aborted === true ? "its AbortSignal" : null);
}

/** Throws `Interruption` if the host's signal asks to stop, while there is nothing to keep. */
export function assertNotStopped(host: Pick<RunHost, "signal">): void {
  const reason = reasonToStop(host, null);
  if (reason !== null) throw new Interruption(reason, null);
}

/** The exit status of a process that a signal ended; null for what is no signal. */
export function exitCodeOf(reason: string): number | null {
  const signals: Readonly<Record<string, number>> = constants.signals;
  return Object.hasOwn(signals, reason) ? 128 + signals[reason]! : null;
}
