/** @file The networks of a run that has not begun, with all candidates: what would fail in the middle of a search or at its end is said before it. */
import { PlanningDevice } from "../device/index.ts";
import { superNetwork } from "../search/index.ts";
import type { RunConfig } from "../store/index.ts";
import { absorbingLayers } from "../train/index.ts";
import type { RunParts } from "./run-parts.ts";
import { networksOfSearch, searchedSpace } from "./searched-space.ts";

/** Throws what a device says of a network that it cannot compute, for the space of one's own; those of the package can be computed. */
export async function rehearseNetworks({ strategy, training }: RunConfig, { space }: RunParts): Promise<void> {
  for (const macro of [...(strategy === null ? [] : networksOfSearch(strategy)), training.network]) {
    const { graph, logits } = superNetwork(searchedSpace(space, macro));
    await new PlanningDevice({ threads: 1 }).compile({ graph, outputs: { logits } });
  }
}

/** Throws `E_TRAIN_ABSORB` for networks that could not take over their mixture weights at the end of a search that goes on with them. */
export function rehearseAbsorption({ strategy: planned }: RunConfig, { space, strategy }: RunParts): void {
  if (strategy?.afterwards !== "continue") return;
  absorbingLayers(superNetwork(searchedSpace(space, planned!.network)));
}
