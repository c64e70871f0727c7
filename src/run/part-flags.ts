/** @file The options that spaces and strategies bring to a run, by name. */
import { IstaNasError } from "../error.ts";
import { type Flag, orAuto, spelling } from "../options/index.ts";
import type { Strategy } from "../search/index.ts";
import type { SpaceKind } from "../spaces/index.ts";
import { proxyName, retrainName } from "./size-names.ts";

const BY_BUDGET = "what fits --time, as without the flag if there is one";

export type Flags = Readonly<Record<string, Flag<unknown>>>;

/** What spaces and strategies add to a search. */
export interface PartFlags {
  /** Of the size of networks, and the same for the trained one and for those that architectures are compared in. */
  readonly macro: Flags;
  readonly retrainMacro: Flags;
  readonly proxyMacro: Flags;
  readonly space: Flags;
  readonly strategy: Flags;
}

/** Throws `E_MODULE` for a part of one's own that gives a flag another meaning. */
export function partFlags(spaces: readonly SpaceKind[], strategies: readonly Strategy[]): PartFlags {
  const sizes = unionOfFlags(spaces.map(({ macroFlags }) => macroFlags));
  const chosen = new Set(spaces.flatMap(({ sizes: ladder = [] }) => ladder.flatMap((size) => Object.keys(size))));
  const macro = Object.fromEntries(
    Object.entries(sizes).map(([name, flag]) => [name, chosen.has(name) ? orAuto(flag, BY_BUDGET) : flag]),
  );
  const alone = strategies.flatMap(({ kind, trainsAlone }) => (trainsAlone === undefined ? [] : [kind]));
  return {
    macro,
    retrainMacro: flagsOfSize(macro, retrainName, "of the final network"),
    proxyMacro: flagsOfSize(sizes, proxyName, `${alone.join(", ")}: of the networks that are trained alone`),
    space: unionOfFlags(spaces.map(({ flags }) => flags)),
    strategy: unionOfFlags(strategies.map(({ flags }) => flags)),
  };
}

/** The flags of a size under other names. `whose`: of which networks, for the help. */
function flagsOfSize(macro: Flags, rename: (name: string) => string, whose: string): Flags {
  const flags = Object.entries(macro).map(([name, { description, parse, ...flag }]): [string, Flag<unknown>] => {
    const own = rename(name);
    return [
      own,
      {
        ...flag,
        description: `${whose} (default: as --${spelling(name)}): ${description}`,
        parse: (text, as = spelling(own)) => parse(text, as),
      },
    ];
  });
  return Object.fromEntries(flags);
}

/** Tables that may share flags, but no name for two of them. Throws `E_MODULE`. */
export function unionOfFlags(tables: readonly Flags[]): Flags {
  const all: Record<string, Flag<unknown>> = {};
  for (const [name, flag] of tables.flatMap((table) => Object.entries(table))) {
    if (Object.hasOwn(all, name) && all[name] !== flag) {
      throw new IstaNasError(`--${spelling(name)}: got it with two meanings, expected one`, {
        code: "E_MODULE",
        kind: "usage",
        hint: "take another name for the option of your space or strategy",
      });
    }
    all[name] = flag;
  }
  return all;
}
