/** @file Whether what a search found is trained from scratch or goes on with the weights of its super-net: as the strategy does, or as one asks; a strategy may also have nothing come after it. */
import { IstaNasError } from "../error.ts";
import type { Strategy } from "../search/index.ts";

/** What one can ask for. */
export type Afterwards = Exclude<Strategy["afterwards"], "none">;

/**
 * `strategy`, whose search is followed by `wanted`; as the strategy has it where that is missing. One that goes on searches in the network that is
 * trained at the end, with its batch; its batch norms then take the multipliers of what it kept.
 * @throws E_USAGE_PART for a strategy without weights to go on with, and for one that has no other way
 */
export function followedBy(strategy: Strategy, wanted: Afterwards | undefined): Strategy {
  const { kind, images, afterwards, sharesWeights } = strategy;
  if (wanted === undefined || wanted === afterwards) return strategy;
  if (wanted === "retrain")
    throw refused(`got ${wanted} with strategy ${kind}, which searches as it trains`, "continue");
  if (images === "none" || sharesWeights === false) {
    throw refused(`got ${wanted} with strategy ${kind}, which leaves no weights to go on with`, "retrain");
  }
  return { ...strategy, afterwards: wanted };
}

function refused(got: string, expected: Afterwards): IstaNasError {
  return new IstaNasError(`--afterwards: ${got}, expected ${expected}`, {
    code: "E_USAGE_PART",
    kind: "usage",
    hint: "leave --afterwards out, or take another strategy",
  });
}

/** Whether search and training have one network and one batch. */
export function hasOneNetwork(strategy: Pick<Strategy, "afterwards"> | null): boolean {
  return strategy !== null && strategy.afterwards !== "retrain";
}
