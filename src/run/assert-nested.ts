/** @file Strategies that train networks which are parts of one another, in spaces that have none: refused before any data are read. */
import { IstaNasError } from "../error.ts";
import type { Strategy } from "../search/index.ts";
import { SPACES, type SpaceKind } from "../spaces/index.ts";
import type { RunOptions } from "./run-options.ts";

/** Throws `E_USAGE_PART` for a strategy that needs a nesting, in a space that has none. */
export function assertNested(given: RunOptions, space: SpaceKind, { kind, needsNesting }: Strategy): void {
  if (needsNesting !== true || isNested(space, given)) return;
  const others = SPACES.filter((other) => isNested(other, {})).map((other) => other.kind);
  throw new IstaNasError(
    `--strategy: got ${kind} in space ${space.kind}, whose networks are not parts of one another, expected it in space ${others.join(", ")}`,
    { code: "E_USAGE_PART", kind: "usage", hint: `add --space ${others[0]}, or take another strategy` },
  );
}

function isNested(space: SpaceKind, given: RunOptions): boolean {
  return space.create(space.options(given)).nesting !== undefined;
}
