import { IstaNasError } from "../error.ts";
import { wordsOf } from "../options/index.ts";
import type { Strategy } from "../search/index.ts";
import type { RunOptions } from "./run-options.ts";

/** Throws `E_USAGE_PART` for several tasks where the strategy takes one. */
export function assertTasks({ kind, tellsOneTask }: Strategy, { tasks }: RunOptions): void {
  if (tellsOneTask !== true || tasks === undefined || wordsOf(tasks).length === 1) return;
  throw new IstaNasError(`--tasks: got ${tasks} with strategy ${kind}, expected one task`, {
    code: "E_USAGE_PART",
    kind: "usage",
    hint: "choose another strategy, or name one task alone",
  });
}
