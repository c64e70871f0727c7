/** @file What a command is: its words, its flags, and where its work is loaded from. */
import type { PartFlags } from "../run/index.ts";
import type { FlagValues } from "./flags.ts";
import type { Terminal } from "./terminal.ts";

interface CommandArgument {
  /** `data`, or `images...` for one or more. */
  readonly name: string;
  readonly description: string;
  readonly optional?: boolean;
  /** Words that may stand there, for shells to complete. Default: none. */
  readonly words?: readonly string[];
  /** Whether the name of a file or a folder may stand there. Default: yes. */
  readonly isPlace?: boolean;
}

export interface CommandInputs {
  /** Arguments as typed, those of a `...` argument all at the end. */
  readonly positional: readonly string[];
  readonly flags: FlagValues;
  readonly terminal: Terminal;
}

/** Of the flags `fromFile`, which nobody typed, those that this call cannot take: they are left out. */
export type LeavesOut = (inputs: CommandInputs, fromFile: ReadonlySet<string>) => Promise<readonly string[]>;

export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly arguments: readonly CommandArgument[];
  /** Names of flags; a function where spaces and strategies bring some, which are loaded for the command that is asked for alone. */
  readonly flags: readonly string[] | ((parts: PartFlags) => readonly string[]);
  /** Flags without which the command cannot run. */
  readonly required?: readonly string[];
  /** Whether spaces and strategies of one's own bring their flags to it. Default: no. */
  readonly takesParts?: boolean;
  /** Whether a run folder has all that it prints. Default: what it prints is what it was asked for. */
  readonly keepsFolder?: boolean;
  /** Loads what says which flags of a file are meant for other calls of this command: other data, spaces or strategies. Default: none is. */
  readonly loadLeavesOut?: () => Promise<LeavesOut>;
  /** Lines shown below the help. */
  readonly examples: readonly string[];
  /** Loads the work only when it is asked for, so that `--help` is fast. */
  load(): Promise<(inputs: CommandInputs) => Promise<void>>;
}

/** The names of a command's flags, where spaces and strategies bring these. */
export function flagNames({ flags }: Command, parts: PartFlags): readonly string[] {
  return typeof flags === "function" ? flags(parts) : flags;
}
