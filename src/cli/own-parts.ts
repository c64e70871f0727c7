/** @file Flags of a space and a strategy of one's own: their modules are loaded before the rest of the command is read. */
import type { Flag } from "../options/index.ts";
import { chooseSpace, chooseStrategy, namesModule } from "../run/index.ts";
import type { Strategy } from "../search/index.ts";
import { SPACES, type SpaceKind } from "../spaces/index.ts";
import { STRATEGIES } from "../strategies/index.ts";
import { FLAGS, flagsOf, partFlags } from "./flags.ts";

export interface PartsOfCommand {
  readonly flags: Readonly<Record<string, Flag<unknown>>>;
  /** Those that a space and a strategy of one's own bring. */
  readonly names: readonly string[];
}

/** What `--space FILE` and `--strategy FILE` in the command line bring. Throws `E_MODULE`; names of no part are left for the command to refuse. */
export async function partsOfCommand(argv: readonly string[]): Promise<PartsOfCommand> {
  const spaces = await ownPart<SpaceKind>(argv, "--space", chooseSpace);
  const strategies = await ownPart<Strategy>(argv, "--strategy", chooseStrategy);
  if (spaces.length + strategies.length === 0) return { flags: FLAGS, names: [] };
  const all = partFlags([...SPACES, ...spaces], [...STRATEGIES, ...strategies]);
  const { macro, retrainMacro, space, strategy } = partFlags(spaces, strategies);
  return {
    flags: flagsOf(all),
    names: [macro, retrainMacro, space, strategy].flatMap((table) => Object.keys(table)),
  };
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
