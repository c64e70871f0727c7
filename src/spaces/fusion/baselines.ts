/** @file Fusions that no search has to find. */
import type { Baseline } from "../baseline.ts";
import type { Backbone } from "./backbone.ts";
import { type Edge, edgesOf } from "./edges.ts";
import type { Fusion } from "./fusion.ts";

/** As NDDR-CNN (Gao et al. 2019) has it between its blocks, here at every stage; two networks that share nothing; and all that can be shared. */
export function fusionBaselines(backbone: Backbone): readonly Baseline<Fusion>[] {
  const edges = edgesOf(backbone);
  const keeping = (isKept: (edge: Edge) => boolean): Fusion => edges.map((edge) => (isKept(edge) ? "fuse" : "none"));
  return [
    {
      name: "FUSION_same_stage",
      summary: "each stage fused with the same one of the other network",
      architecture: keeping(({ stage, source }) => stage === source),
    },
    { name: "FUSION_none", summary: "two networks that share nothing", architecture: keeping(() => false) },
    { name: "FUSION_all", summary: "every edge between the networks", architecture: keeping(() => true) },
  ];
}
