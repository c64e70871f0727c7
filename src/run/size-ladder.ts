/** @file The sizes of networks that a plan may choose among: those of the space, with whatever was given in the place of theirs. */
import { IstaNasError } from "../error.ts";
import { AUTO, spelling } from "../options/index.ts";
import type { SpaceKind } from "../spaces/index.ts";
import { hasBudget } from "./run-budget.ts";
import type { RunOptions } from "./run-options.ts";
import { retrainName } from "./size-names.ts";

interface LadderInputs {
  /** As given, and with the preset filled in. */
  readonly given: RunOptions;
  readonly options: RunOptions;
  readonly space: SpaceKind;
  /** Whether what is found is trained as another network than the one that is searched. */
  readonly hasTwoNetworks: boolean;
}

/**
 * Options that say a size, for each size from small to large; one that says nothing if nothing is to be chosen. What was given holds, and so do the sizes of a
 * preset that was asked for; those of the preset that the data bring do not.
 */
export function sizeLadder({ given, options, space, hasTwoNetworks }: LadderInputs): readonly RunOptions[] {
  const isFixed = (name: string) => {
    if (given[name] !== undefined) return given[name] !== AUTO;
    return given.preset !== undefined && options[name] !== undefined;
  };
  const ladder = (space.sizes ?? []).map((size) => {
    const chosen: Record<string, unknown> = {};
    for (const name of sizeNames(space)) {
      const trained = size[retrainName(name)] ?? size[name];
      if (!hasTwoNetworks) {
        if (!isFixed(name)) chosen[name] = trained;
        continue;
      }
      const retrain = retrainName(name);
      if (!isFixed(name)) chosen[name] = size[name];
      if (given[retrain] === AUTO || (!isFixed(name) && !isFixed(retrain))) chosen[retrain] = trained;
    }
    return chosen;
  });
  const distinct = new Map(ladder.map((chosen) => [JSON.stringify(chosen), chosen]));
  return distinct.size === 0 ? [{}] : [...distinct.values()];
}

/** Throws `E_USAGE_OPTION` for a size that the plan is to choose where it cannot: without a budget, or in a space that names no sizes. */
export function assertSizesCanBeChosen(given: RunOptions, space: SpaceKind): void {
  const names = Object.keys(space.macroFlags).flatMap((name) => [name, retrainName(name)]);
  const chosen = names.find((name) => given[name] === AUTO);
  if (chosen === undefined) return;
  const known = sizeNames(space);
  const isKnown = known.some((name) => chosen === name || chosen === retrainName(name));
  if (isKnown && hasBudget(given)) return;
  const [where, hint] = isKnown
    ? ["without --time or --compute", "add --time 20m: a budget is what the size is chosen for; or give a number"]
    : [`with space ${space.kind}, which names no sizes to choose among`, "give a number"];
  throw new IstaNasError(`--${spelling(chosen)}: got ${AUTO} ${where}, expected a number`, {
    code: "E_USAGE_OPTION",
    kind: "usage",
    hint,
  });
}

/** The options that sizes of the space are made of. */
function sizeNames({ sizes = [], macroFlags }: SpaceKind): readonly string[] {
  return Object.keys(macroFlags).filter((name) => sizes.some((size) => size[name] !== undefined));
}
