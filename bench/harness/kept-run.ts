/** @file Runs of a comparison that is stopped and begun again: what is finished is read, what is not goes on. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type RunSummary, resume } from "../../src/run/index.ts";

/** The summary of the run in the folder `out`, which `begin` makes where there is none. */
export function keptRun(out: string, threads: number, begin: () => Promise<RunSummary>): Promise<RunSummary> {
  return existsSync(join(out, "config.json")) ? resume({ run: out }, { threads }) : begin();
}
