/** @file Options that mean something to another space or strategy alone: they would be ignored in silence, so they are refused. */
import { spelling } from "../options/index.ts";
import type { Strategy } from "../search/index.ts";
import { SPACES, type SpaceKind } from "../spaces/index.ts";
import { STRATEGIES } from "../strategies/index.ts";
import { RefusedOption } from "./refused-option.ts";
import type { RunOptions } from "./run-options.ts";
import { proxyName, retrainName } from "./size-names.ts";

/**
 * Throws `RefusedOption` (`E_USAGE_PART`) for an option that was given and that neither the space nor the strategy takes. `strategy`: null of a
 * training, whose epochs are called as those of a search are.
 */
export function refuseForeignOptions(given: RunOptions, space: SpaceKind, strategy: Strategy | null): void {
  const isGiven = (name: string) => given[name] !== undefined;
  const own = new Set(optionsOf(space));
  for (const other of SPACES) {
    const foreign = optionsOf(other).find((name) => !own.has(name) && isGiven(name));
    if (foreign !== undefined) throw refused(foreign, "space", space.kind, other.kind);
  }
  if (given.auxiliary !== undefined && given.auxiliary > 0 && !space.hasAuxiliaryHead)
    throw lacking("auxiliary", space);
  if (given.dropPath !== undefined && given.dropPath > 0 && !space.hasDropPath) throw lacking("dropPath", space);
  if (strategy === null) return;
  for (const other of STRATEGIES) {
    const foreign = Object.keys(other.flags).find((name) => isGiven(name) && !Object.hasOwn(strategy.flags, name));
    if (foreign === undefined) continue;
    const instead = foreign === other.epochsOption ? strategy.epochsOption : null;
    throw refused(foreign, "strategy", strategy.kind, other.kind, instead);
  }
  const ofProxy = strategy.trainsAlone === undefined ? proxyOption(given, space) : undefined;
  if (ofProxy !== undefined) {
    const other = STRATEGIES.find(({ trainsAlone }) => trainsAlone !== undefined)!;
    throw refused(ofProxy, "strategy", strategy.kind, other.kind);
  }
  if (strategy.afterwards === "retrain") return;
  if (strategy.afterwards === "none" && isGiven("retrainEpochs")) {
    throw notTaken(
      "retrainEpochs",
      `got it with strategy ${strategy.kind}, after which nothing is trained, expected it with one that trains`,
      "leave it out; or add --afterwards continue, which trains what was found on",
    );
  }
  const ofRetraining = ["retrainBatch", "retrainRate", ...Object.keys(space.macroFlags).map(retrainName)].find(isGiven);
  if (ofRetraining === undefined) return;
  throw notTaken(
    ofRetraining,
    `got it with strategy ${strategy.kind}, expected it with one that trains from scratch`,
    `a ${strategy.kind} search has one network: --channels, --cells, --batch, --learning-rate; --retrain-epochs says how long it trains on`,
  );
}

/** Throws `RefusedOption` (`E_USAGE_PART`) for a size of what is trained alone, given to a search that could but will not. */
export function refuseIdleProxy(given: RunOptions, space: SpaceKind, { kind }: Strategy): void {
  const option = proxyOption(given, space);
  if (option === undefined) return;
  throw notTaken(
    option,
    "got it with a search that trains nothing alone, expected one that does",
    `leave it out; or let ${kind} do so, ista-nas search --help says by which of its options`,
  );
}

function proxyOption(given: RunOptions, { macroFlags }: SpaceKind): string | undefined {
  return Object.keys(macroFlags)
    .map(proxyName)
    .find((name) => given[name] !== undefined);
}

/** Those of sizes under all of their names. */
function optionsOf({ flags, macroFlags }: SpaceKind): readonly string[] {
  const ofSize = Object.keys(macroFlags);
  return [...Object.keys(flags), ...ofSize, ...ofSize.map(retrainName), ...ofSize.map(proxyName)];
}

/** `instead`: what it is called there, if there is such an option. */
function refused(
  option: string,
  what: "space" | "strategy",
  own: string,
  other: string,
  instead: string | null = null,
): RefusedOption {
  const leave = instead === null ? "leave it out" : `give --${spelling(instead)}`;
  return notTaken(
    option,
    `got it with ${what} ${own}, expected it with ${what} ${other}`,
    `add --${what} ${other}, or ${leave}`,
  );
}

function lacking(option: "auxiliary" | "dropPath", { kind }: SpaceKind): RefusedOption {
  const what = option === "auxiliary" ? "auxiliary head" : "drop path";
  return notTaken(
    option,
    `got it with space ${kind}, whose networks have no ${what}`,
    "leave it out, or take another space",
  );
}

function notTaken(option: string, what: string, hint: string): RefusedOption {
  return new RefusedOption(option, `--${spelling(option)}: ${what}`, { code: "E_USAGE_PART", kind: "usage", hint });
}
