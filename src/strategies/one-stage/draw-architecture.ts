/**
 * @file The architecture that a one-stage search starts from: measurements are drawn until the supports of their codes keep within the
 * limits, and the l1 weights may grow with what a candidate costs.
 */

import type { ChoiceGroup } from "../../choice/index.ts";
import { IstaNasError } from "../../error.ts";
import type { ParameterSpec } from "../../network/index.ts";
import {
  CompressedArchitecture,
  formatLimits,
  isWithin,
  type SearchContext,
  sizeOf,
  superNetwork,
} from "../../search/index.ts";
import type { OneStageOptions } from "./one-stage-search.ts";

/** Draws of the first measurements to find one within the limits. */
const MOST_STARTS = 200;

/**
 * Draws measurements until their first supports are within the limits.
 * @throws E_SEARCH_LIMITS if none of 200 draws is.
 */
export function drawArchitecture(
  { space, streams }: Pick<SearchContext, "space" | "streams">,
  { architecture: options, limits, costWeight }: OneStageOptions,
): CompressedArchitecture {
  const l1Factors =
    costWeight === 0 ? undefined : costFactors(space.groups, superNetwork(space).parameters, costWeight);
  const compression = l1Factors === undefined ? options : { ...options, l1Factors };
  const architecture = new CompressedArchitecture(space.groups, streams, compression);
  for (let attempt = 0; attempt < MOST_STARTS; attempt++) {
    if (attempt > 0) architecture.drawAgain(attempt);
    if (isWithin(sizeOf(space.network(architecture.supports), limits), limits)) return architecture;
  }
  throw new IstaNasError(`search: none of ${MOST_STARTS} random starts is within ${formatLimits(limits)}`, {
    code: "E_SEARCH_LIMITS",
    kind: "usage",
    hint: "raise the limit, or lower --channels or --cells",
  });
}

/** For each group, for each candidate, 1 + costWeight times its parameters over the mean of its group. */
function costFactors(
  groups: readonly ChoiceGroup[],
  parameters: readonly ParameterSpec[],
  costWeight: number,
): readonly (readonly number[])[] {
  const costs = groups.map(({ candidates }) => candidates.map(() => 0));
  for (const { owner, shape } of parameters) {
    if (owner === null) continue;
    const group = groups.findIndex(({ name }) => name === owner.group);
    const candidate = groups[group]!.candidates.findIndex(({ name }) => name === owner.candidate);
    costs[group]![candidate]! += shape.reduce((product, extent) => product * extent, 1);
  }
  return costs.map((group) => {
    const mean = group.reduce((sum, cost) => sum + cost, 0) / group.length;
    return group.map((cost) => 1 + (mean === 0 ? 0 : (costWeight * cost) / mean));
  });
}
