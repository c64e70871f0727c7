/** @file What to do when --out names a run that was stopped: go on with it, or start another beside it. Never decided in silence. */
import { createInterface } from "node:readline/promises";
import { IstaNasError } from "../error.ts";
import { printableText } from "../files/index.ts";
import { assertRunPlace, RunFolder, SUMMARY_FILE } from "../store/index.ts";
import type { FlagValues } from "./flags.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Whether to go on with the run in `--out` rather than start a new one: asked on a terminal.
 * @throws E_RUN_UNFINISHED where nobody can be asked, E_RUN_FOLDER where no run can begin
 */
export async function goesOnWithUnfinished(flags: FlagValues, terminal: Terminal): Promise<boolean> {
  if (flags.out === undefined) return false;
  const isUnfinished = RunFolder.isRun(flags.out) && !RunFolder.open(flags.out).has(SUMMARY_FILE);
  if (!isUnfinished || flags.new === true) {
    assertRunPlace(flags.out);
    return false;
  }
  if (terminal.isInteractive && process.stdin.isTTY) {
    const asked = createInterface({ input: process.stdin, output: process.stderr });
    const answer = await asked.question(`run ${printableText(flags.out)} is not finished. Go on with it? [Y/n] `);
    asked.close();
    return !/^n/i.test(answer.trim());
  }
  throw new IstaNasError(`--out: got ${flags.out}, a run that is not finished, expected a new place`, {
    code: "E_RUN_UNFINISHED",
    kind: "usage",
    hint: `go on with it: ista-nas resume ${flags.out}; or start a new run beside it with --new`,
  });
}
