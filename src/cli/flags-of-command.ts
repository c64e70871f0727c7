/** @file The flags of the command that is asked for. Modules of a space and a strategy of one's own are loaded before the rest of it is read. */
import type { Flag } from "../options/index.ts";
import { chooseSpace, chooseStrategy, namesModule, partFlags } from "../run/index.ts";
import type { Strategy } from "../search/index.ts";
import { SPACES, type SpaceKind } from "../spaces/index.ts";
import { STRATEGIES } from "../strategies/index.ts";
import { type Command, flagNames } from "./command.ts";
import { FLAGS, flagsOf, PART_FLAGS } from "./flags.ts";

/**
 * The flags of `command` by name, in the order of its help, with those that `--space FILE` and `--strategy FILE` in the command line bring.
 * Throws `E_MODULE`; names of no part are left for the command to refuse.
 */
export async function flagsOfCommand(
  command: Command,
  argv: readonly string[],
): Promise<ReadonlyMap<string, Flag<unknown>>> {
  const spaces = await ownPart<SpaceKind>(argv, "--space", chooseSpace);
  const strategies = await ownPart<Strategy>(argv, "--strategy", chooseStrategy);
  const isPlain = command.takesParts !== true || spaces.length + strategies.length === 0;
  const parts = isPlain ? PART_FLAGS : partFlags([...SPACES, ...spaces], [...STRATEGIES, ...strategies]);
  const flags = isPlain ? FLAGS : flagsOf(parts);
  return new Map(flagNames(command, parts).map((name) => [name, flags[name]!]));
}

async function ownPart<Part>(
  argv: readonly string[],
  flag: string,
  choose: (name: string) => Promise<{ readonly part: Part; readonly module?: unknown }>,
): Promise<readonly Part[]> {
  const at = argv.findLastIndex((word) => word === flag || word.startsWith(`${flag}=`));
  const word = at < 0 ? undefined : argv[at]!;
  const name = word === flag ? argv[at + 1] : word?.slice(flag.length + 1);
  if (name === undefined || !namesModule(name)) return [];
  const { part } = await choose(name);
  return [part];
}
