/** One run that went through, and the same run stopped in the middle, to be copied and harmed. */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { runCommand } from "../e2e/command-line.ts";
import { lastingParts } from "../e2e/compare-runs.ts";
import { temporaryFolder } from "../temporary-folder.ts";

export const SHORT_SEARCH: readonly string[] = [
  ...["search", "demo", "--channels", "4", "--cells", "3", "--batch", "128", "--epochs", "2", "--retrain-epochs", "1"],
  ...["--threads", "2", "--checkpoint-minutes", "0"],
];

export class StoppedRun {
  /** Where all runs of a file are. */
  readonly cwd: string = temporaryFolder();
  #copies = 0;

  /** Runs the search once to its end and once into its second epoch. */
  async make(): Promise<void> {
    const whole = await runCommand(this.cwd, [...SHORT_SEARCH, "--out", "whole"]);
    expect(whole.status, whole.error).toBe(0);
    const when = (printed: string) => /search epoch 1/.test(printed);
    const stopped = await runCommand(this.cwd, [...SHORT_SEARCH, "--out", "stopped"], {
      interrupt: { signal: "SIGINT", when },
    });
    expect(stopped.status, stopped.error).toBe(130);
  }

  /** A copy of the stopped run, to be harmed; a folder of its own if `into` names none. */
  copy(into?: string): string {
    this.#copies++;
    const path = into ?? join(this.cwd, `copy${this.#copies}`);
    cpSync(join(this.cwd, "stopped"), path, { recursive: true });
    return path;
  }

  /** Goes on with a run to its end, and compares it with the one that was not stopped. Returns what was printed. */
  async finish(path: string, environment: Readonly<Record<string, string>> = {}): Promise<string> {
    const printed = await runCommand(this.cwd, ["resume", path, "--threads", "1"], { environment });
    expect(printed.status, printed.error).toBe(0);
    expect(lastingParts(path)).toEqual(lastingParts(join(this.cwd, "whole")));
    return printed.output;
  }
}
