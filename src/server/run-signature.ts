/** @file What changes with a run as the page tells of it, found without reading it. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { CONFIG_FILE, FAILURE_FILE, JOURNAL_FILE, RESULTS_FILE, SUMMARY_FILE } from "../store/index.ts";

/** Files that a line of the table depends on. */
const WATCHED = [CONFIG_FILE, JOURNAL_FILE, RESULTS_FILE, SUMMARY_FILE, FAILURE_FILE];

/** Of the run folder at `path`, which need not be there: changes with those files, and with whatever is made in the folder, as locks are. */
export function runSignature(path: string): string {
  return [path, ...WATCHED.map((file) => join(path, file))].map(stamp).join();
}

/** Time and size of a file or folder, in one look; empty where there is none. */
export function stamp(path: string): string {
  const status = statSync(path, { throwIfNoEntry: false });
  return status === undefined ? "" : `${status.mtimeMs}/${status.size}`;
}
