import { constants } from "node:os";
import { IstaNasError } from "../error.ts";

/** How a run ends that was asked to stop: nothing failed, and for a signal the exit status says which one it was (130 or 143). */
export class Interruption extends IstaNasError {
  /** The signal's name, or what else asked. */
  readonly reason: string;

  constructor(reason: string, runPath: string) {
    super(`stopped by ${reason}, with a checkpoint of where it was`, {
      code: "E_INTERRUPTED",
      hint: `go on with: ista-nas resume ${runPath}`,
    });
    this.reason = reason;
  }

  override get exitCode(): number {
    return exitCodeOf(this.reason) ?? super.exitCode;
  }
}

/** The exit status of a process that a signal ended; null for what is no signal. */
export function exitCodeOf(reason: string): number | null {
  const signals: Readonly<Record<string, number>> = constants.signals;
  return Object.hasOwn(signals, reason) ? 128 + signals[reason]! : null;
}
