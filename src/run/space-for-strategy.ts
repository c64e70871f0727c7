/** @file A strategy that cannot search every space: what it asks of one, and which spaces can be that. */
import { IstaNasError } from "../error.ts";
import type { Strategy } from "../search/index.ts";
import { SPACES, type SpaceKind } from "../spaces/index.ts";
import type { RunOptions } from "./run-options.ts";

type Asking = Pick<Strategy, "kind" | "needs" | "spaceOptions">;

/** Why a space is none for a strategy. */
const LACKS: Readonly<Record<NonNullable<Strategy["needs"]>, string>> = {
  widths: "whose candidates have one width each",
  nesting: "whose networks are not parts of one another",
  gates: "whose groups are no gates",
};

/** The options of the space, complete: as given, and as the strategy asks. */
export function spaceOptionsFor({ spaceOptions = {} }: Asking, space: SpaceKind, given: RunOptions): unknown {
  return space.options({ ...given, ...spaceOptions });
}

/** Throws `E_USAGE_PART` for a space without what the strategy needs. */
export function assertSpaceFits(strategy: Asking, space: SpaceKind, given: RunOptions): void {
  const { kind, needs } = strategy;
  if (needs === undefined || suitsSpace(strategy, space, given)) return;
  const names = SPACES.filter((other) => suitsSpace(strategy, other, {})).map((other) => other.kind);
  throw new IstaNasError(
    `--strategy: got ${kind} with space ${space.kind}, ${LACKS[needs]}, expected it with space ${names.join(", ")}`,
    { code: "E_USAGE_PART", kind: "usage", hint: `add --space ${names[0]}, or take another strategy` },
  );
}

/** Whether the space, with these options, has what the strategy needs. */
export function suitsSpace(strategy: Asking, space: SpaceKind, given: RunOptions): boolean {
  return (
    strategy.needs === undefined || space.create(spaceOptionsFor(strategy, space, given))[strategy.needs] !== undefined
  );
}
