/** @file What people should know of how a one-stage search ended. */
import type { ChoiceGroup } from "../../choice/index.ts";
import { countOf } from "../../count-of.ts";
import type { GroupPremise, SearchResult } from "../../search/index.ts";

/** What `summary.json` says of a one-stage search. */
export interface OneStageDetails {
  readonly searchEpochs: number;
  /** Whether the bound ended the search before all groups stood still, and which groups still moved then. */
  readonly reachedBound: boolean;
  readonly frozenByBound: readonly string[];
  /** For each group the epoch after which it was frozen; the last one if it still moved then. */
  readonly frozenAt: Readonly<Record<string, number>>;
  /** What the dictionaries keep of what recovery needs. */
  readonly dictionaries: readonly GroupPremise[];
}

/** A line each. */
export function oneStageRemarks(
  groups: readonly ChoiceGroup[],
  { searchEpochs, reachedBound, frozenByBound, frozenAt }: OneStageDetails,
  { supports, mixture, exploration }: Pick<SearchResult, "supports" | "mixture" | "exploration">,
): readonly string[] {
  const end = reachedBound
    ? `the bound of ${countOf(searchEpochs, "epoch")} ended the search: ${frozenByBound.join(", ")} still moved, and are frozen as they are`
    : `all groups stood still after ${countOf(searchEpochs, "epoch")}`;
  const still = groups.flatMap(({ name }) => (frozenByBound.includes(name) ? [] : [`${name} ${frozenAt[name]!}`]));
  const negative = groups.flatMap(({ name, candidates }, group) =>
    supports[group]!.flatMap((index, entry) => {
      const weight = mixture![group]![entry]!;
      return weight < 0 ? [`${name} ${candidates[index]!.name} (${weight.toPrecision(2)})`] : [];
    }),
  );
  const { distinctGenotypes, share, neverActive, candidates } = exploration;
  return [
    end,
    ...(still.length === 0 ? [] : [`frozen after epoch: ${still.join(", ")}`]),
    ...(negative.length === 0 ? [] : [`absorbed with a negative weight: ${negative.join(", ")}`]),
    `explored ${countOf(distinctGenotypes, "genotype")} (${share.toExponential(1)} of the space); ${neverActive} of ${candidates} candidates never ran`,
  ];
}
