/** @file What a logger is: it tells another program of a run, by what the run's journal says. */
import type { JournalEntry, RunConfig, RunFolder } from "../store/index.ts";

/** Everything that a logger knows of a run. */
export interface LoggedRun {
  readonly folder: RunFolder;
  readonly config: RunConfig;
  /** The journal so far. */
  readonly journal: readonly JournalEntry[];
}

/** What a session has said when it ends: all that there is of a finished run, all that there is so far, or not that. */
export type Said = "complete" | "so far" | "failed";

/** At work as long as a session of the run is. Whatever goes wrong in it, the run goes on. */
export interface RunLogger {
  /** An event that the journal has just taken. Returns at once. */
  add(entry: JournalEntry): void;
  /** After the last event of the session: says what is left, in bounded time. */
  finish(): Promise<Said>;
}
