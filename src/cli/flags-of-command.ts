/** @file The flags of the command that is asked for. Modules of a space and a strategy of one's own are loaded before the rest of it is read. */
import type { Flag } from "../options/index.ts";
import { chooseSpace, chooseStrategy, type Flags, namesModule, type PartFlags, partFlags } from "../run/index.ts";
import { SPACES } from "../spaces/index.ts";
import { STRATEGIES } from "../strategies/index.ts";
import { type Command, flagNames } from "./command.ts";
import { FLAGS, flagsOf, PART_FLAGS } from "./flags.ts";

/** What was typed, or stands in a file, after `--space` and `--strategy`. */
export interface NamedParts {
  readonly space?: string | undefined;
  readonly strategy?: string | undefined;
}

/** All flags, where spaces and strategies bring these. */
export interface KnownFlags {
  readonly parts: PartFlags;
  readonly flags: Flags;
}

const OF_PACKAGE: KnownFlags = { parts: PART_FLAGS, flags: FLAGS };

/** With those that modules among `named` bring. Throws `E_MODULE`; names of no part are left for the command to refuse. */
export async function knownFlags({ space, strategy }: NamedParts = {}): Promise<KnownFlags> {
  const spaces = space !== undefined && namesModule(space) ? [(await chooseSpace(space)).part] : [];
  const strategies = strategy !== undefined && namesModule(strategy) ? [(await chooseStrategy(strategy)).part] : [];
  if (spaces.length + strategies.length === 0) return OF_PACKAGE;
  const parts = partFlags([...SPACES, ...spaces], [...STRATEGIES, ...strategies]);
  return { parts, flags: flagsOf(parts) };
}

/** The flags of `command` by name, in the order of its help. Those of modules are for commands that take parts alone. */
export function flagsOfCommand(command: Command, known: KnownFlags): ReadonlyMap<string, Flag<unknown>> {
  const { parts, flags } = command.takesParts === true ? known : OF_PACKAGE;
  return new Map(flagNames(command, parts).map((name) => [name, flags[name]!]));
}

/** The last of each in the command line. */
export function typedParts(words: readonly string[]): NamedParts {
  return { space: lastOf(words, "--space"), strategy: lastOf(words, "--strategy") };
}

function lastOf(words: readonly string[], flag: string): string | undefined {
  const at = words.findLastIndex((word) => word === flag || word.startsWith(`${flag}=`));
  const word = at < 0 ? undefined : words[at]!;
  return word === flag ? words[at + 1] : word?.slice(flag.length + 1);
}
