/** @file What a shell completes on this command line: commands, their arguments and flags, and the values of those, from the tables of the help. */
import type { Flag } from "../../options/index.ts";
import { spelling } from "../../options/index.ts";
import { SPACES } from "../../spaces/index.ts";
import { STRATEGIES } from "../../strategies/index.ts";
import { type Command, flagNames } from "../command.ts";
import { FLAGS, PART_FLAGS } from "../flags.ts";
import { GLOBAL_OPTIONS } from "../global-options.ts";

/** What can stand in a place. */
export interface CompletedValue {
  /** Words to choose from. */
  readonly words: readonly string[];
  /** Whether the name of a file or a folder can stand there as well. */
  readonly isPlace: boolean;
}

export interface CompletedFlag {
  /** As it is typed, with the dashes. */
  readonly flag: string;
  /** A few words on one line, of no other characters than text has. */
  readonly description: string;
  /** Null for a switch. */
  readonly value: CompletedValue | null;
}

export interface CompletedCommand {
  readonly name: string;
  readonly description: string;
  /** Of any argument. */
  readonly argument: CompletedValue;
  /** Those of every command among them. */
  readonly flags: readonly CompletedFlag[];
}

/** Words of flags whose name of a value stands for them. Modules of one's own are files. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  space: SPACES.map(({ kind }) => kind),
  strategy: [...STRATEGIES.map(({ kind }) => kind), "auto"],
};

const LONGEST = 72;

/** In the order of the help. */
export function completionWords(commands: readonly Command[]): readonly CompletedCommand[] {
  return commands.map((command) => {
    const flags = flagNames(command, PART_FLAGS).map((name) => completedFlag(name, FLAGS[name]!));
    const words = command.arguments.flatMap(({ words = [] }) => words);
    const isPlace = command.arguments.some(({ isPlace = true }) => isPlace);
    return {
      name: command.name,
      description: short(command.summary),
      argument: { words, isPlace },
      flags: [...flags, ...GLOBAL],
    };
  });
}

const GLOBAL: readonly CompletedFlag[] = [...GLOBAL_OPTIONS, ["--help", "display help for command"] as const].map(
  ([text, description]) => {
    const [flag, valueName] = text.split(" ") as [string, string | undefined];
    return {
      flag,
      description: short(description),
      value: valueName === undefined ? null : { words: [], isPlace: true },
    };
  },
);

function completedFlag(name: string, { valueName, description }: Flag<unknown>): CompletedFlag {
  return {
    flag: `--${spelling(name)}`,
    description: short(description),
    value: valueName === null ? null : valueFor(name, valueName),
  };
}

function valueFor(name: string, valueName: string): CompletedValue {
  const parts = valueName.split("|");
  const isPlace = Object.hasOwn(WORDS, name) || parts.some((part) => part === "FILE" || part === "FOLDER");
  // Capitals stand for what cannot be listed.
  return { words: WORDS[name] ?? parts.filter((part) => part === part.toLowerCase()), isPlace };
}

/** The beginning of a description: what a flag is, without its default. */
function short(description: string): string {
  const text = description.split(/ \(|[;:.] /, 1)[0]!.replace(/[`'"\\[\]$]/g, "");
  return text.length <= LONGEST ? text : `${text.slice(0, text.lastIndexOf(" ", LONGEST))} ...`;
}
