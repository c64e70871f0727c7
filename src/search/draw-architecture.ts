/**
 * @file The architecture that a one-stage search starts from: measurements are drawn until the supports of their codes keep within the
 * limits, and the l1 weights may grow with what a candidate costs.
 */
import { IstaNasError } from "../error.ts";
import { groupOfParameter, type NetworkSpec, type ParameterSpec } from "../network/index.ts";
import type { SearchSpace } from "../space/index.ts";
import { CompressedArchitecture } from "./compressed-architecture.ts";
import type { OneStageOptions } from "./one-stage.ts";
import { isWithin, sizeOf } from "./size-limit.ts";
import type { SearchContext } from "./strategy.ts";
import { superNetwork } from "./super-network.ts";

/** Draws of the first measurements to find one within the limits. */
const MOST_STARTS = 200;

/**
 * Draws measurements until their first supports are within the limits.
 * @throws E_SEARCH_LIMITS if none of 200 draws is.
 */
export function drawArchitecture(
  { space, spec, streams }: Pick<SearchContext, "space" | "spec" | "streams">,
  { architecture: options, limits, costWeight }: OneStageOptions,
): CompressedArchitecture {
  const { parameters } = superNetwork(spec, space);
  const l1Factors = costWeight === 0 ? undefined : costFactors(spec, space, parameters, costWeight);
  const compression = l1Factors === undefined ? options : { ...options, l1Factors };
  for (let attempt = 0; attempt < MOST_STARTS; attempt++) {
    const architecture = new CompressedArchitecture(space, streams, compression, attempt);
    if (isWithin(sizeOf(spec, space, architecture.supports), limits)) return architecture;
  }
  throw new IstaNasError(
    `search: none of ${MOST_STARTS} random starts is within --max-parameters ${limits.maxParameters ?? "any"} and --max-macs ${limits.maxMacs ?? "any"}`,
    { code: "E_SEARCH_LIMITS", kind: "usage", hint: "raise the limit, or lower --channels or --cells" },
  );
}

/** For each group, for each candidate, 1 + costWeight times its parameters over the mean of its group. */
function costFactors(
  spec: NetworkSpec,
  space: SearchSpace,
  parameters: readonly ParameterSpec[],
  costWeight: number,
): readonly (readonly number[])[] {
  const costs = space.groups.map(({ candidates }) => candidates.map(() => 0));
  for (const { name, shape } of parameters) {
    const owner = groupOfParameter(name, spec.cellCount);
    if (owner === null) continue;
    const index = space.groups.findIndex(({ cell, node }) => cell === owner.cell && node === owner.node);
    const candidate = space.groups[index]!.candidates.findIndex(
      ({ source, primitive }) => source === owner.source && primitive === owner.primitive,
    );
    costs[index]![candidate]! += shape.reduce((product, extent) => product * extent, 1);
  }
  return costs.map((group) => {
    const mean = group.reduce((sum, cost) => sum + cost, 0) / group.length;
    return group.map((cost) => 1 + (mean === 0 ? 0 : (costWeight * cost) / mean));
  });
}
