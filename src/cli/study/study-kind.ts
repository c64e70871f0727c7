/** @file What a study is to the command that runs it: what it makes of the flags, its work, and the tables that come of it. */
import type { OpenedData } from "../../run/index.ts";
import type { FlagValues } from "../flags.ts";
import type { Terminal, TextPart } from "../terminal.ts";

export interface StudyInputs {
  /** With what the study decides itself. */
  readonly given: FlagValues;
  readonly data: OpenedData;
  readonly path: string;
  readonly seed: number;
  readonly terminal: Terminal;
  readonly threads: number | "auto";
}

/** A table for people. */
export interface StudyView {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly TextPart[])[];
}

export interface StudyResult {
  /** Of `study.csv`, in this order. */
  readonly columns: readonly string[];
  readonly rows: readonly object[];
  /** What `study.json` and `--json` say beside the rows. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly views: readonly StudyView[];
  /** Names of the runs that diverged, of all `runs`, and what they are called: `variant`. */
  readonly diverged: readonly string[];
  readonly runs: number;
  readonly noun: string;
}

export interface StudyKind {
  /** The flags with what the study decides. Throws usage errors. */
  readonly complete: (given: FlagValues) => Promise<FlagValues>;
  /** Where its runs are within its folder, those first that are begun first. */
  readonly runs: (given: FlagValues) => readonly string[];
  readonly study: (inputs: StudyInputs) => Promise<StudyResult>;
}
