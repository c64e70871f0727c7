/** @file What to do when --out names a run that was stopped: go on with it, or start another beside it. Never decided in silence. */
import { createInterface } from "node:readline/promises";
import { printableText } from "../files/index.ts";
import {
  assertNewRunPlace,
  isUnfinishedRun,
  type RunHost,
  type RunSummary,
  resume,
  type SearchSpec,
} from "../run/index.ts";
import type { CommandInputs } from "./command.ts";
import type { FlagValues } from "./flags.ts";
import { newRunSpec, pickFlags } from "./given-flags.ts";
import type { Terminal } from "./terminal.ts";
import { TerminalHost } from "./terminal-host.ts";

/** Starts a run on `data`, or goes on with the one in `--out` if a person says so, to the end. Throws what either throws. */
export async function startOrResume(
  { flags, terminal }: CommandInputs,
  data: string,
  start: (spec: Omit<SearchSpec, "data">, host: RunHost) => Promise<RunSummary>,
): Promise<void> {
  const host = new TerminalHost(terminal, flags);
  const summary = (await goesOnWithUnfinished(flags, terminal))
    ? await resume({ run: flags.out!, data, ...pickFlags(flags, ["space", "strategy", "mlflowUri"]) }, host)
    : await start({ ...newRunSpec(flags), new: true }, host);
  terminal.result(summary);
}

/** Whether to go on with the run in `--out` rather than start a new one: asked on a terminal. Throws what `assertNewRunPlace` throws. */
async function goesOnWithUnfinished(flags: FlagValues, terminal: Terminal): Promise<boolean> {
  const { out, new: isBeside = false } = flags;
  if (out === undefined) return false;
  const canAsk = terminal.isInteractive && process.stdin.isTTY;
  if (isBeside || !canAsk || !isUnfinishedRun(out)) {
    assertNewRunPlace(out, isBeside);
    return false;
  }
  const asked = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await asked.question(`run ${printableText(out)} is not finished. Go on with it? [Y/n] `);
  asked.close();
  return !/^n/i.test(answer.trim());
}
