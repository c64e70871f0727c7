import { IstaNasError } from "../../error.ts";
import { exitCodeOf } from "../../run/index.ts";

/** A study that was asked to stop: its runs have left checkpoints. The exit status says by which signal. */
export class StudyInterruption extends IstaNasError {
  readonly #reason: string;

  constructor(reason: string) {
    super(`study: stopped by ${reason}, its runs with a checkpoint each`, {
      code: "E_INTERRUPTED",
      hint: "the same command goes on with it",
    });
    this.#reason = reason;
  }

  override get exitCode(): number {
    return exitCodeOf(this.#reason) ?? super.exitCode;
  }
}
