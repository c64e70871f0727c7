/** @file A strategy that cannot search every space: what it asks of one, and which spaces can be that. */
import { IstaNasError } from "../error.ts";
import type { Strategy } from "../search/index.ts";
import { SPACES, type SpaceKind } from "../spaces/index.ts";
import type { RunOptions } from "./run-options.ts";

type Asking = Pick<Strategy, "kind" | "spaceOptions">;

/** The options of the space, complete: as given, and as the strategy asks. */
export function spaceOptionsFor({ spaceOptions = {} }: Asking, space: SpaceKind, given: RunOptions): unknown {
  return space.options({ ...given, ...spaceOptions });
}

/** Throws `E_USAGE_PART` for a space without widths, where the strategy searches for them. */
export function assertSpaceFits(strategy: Asking, space: SpaceKind, given: RunOptions): void {
  if (strategy.spaceOptions === undefined || fits(strategy, space, given)) return;
  const names = SPACES.filter((other) => fits(strategy, other, {})).map(({ kind }) => kind);
  throw new IstaNasError(
    `--strategy: got ${strategy.kind} with space ${space.kind}, whose candidates have one width each, expected it with space ${names.join(", ")}`,
    { code: "E_USAGE_PART", kind: "usage", hint: `add --space ${names[0]}, or take another strategy` },
  );
}

function fits(strategy: Asking, space: SpaceKind, given: RunOptions): boolean {
  return space.create(spaceOptionsFor(strategy, space, given)).widths !== undefined;
}
