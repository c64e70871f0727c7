/** @file Two networks that may share features as a search space: of each edge between them a 1x1 convolution is kept, or nothing. */
import { drawSupports } from "../layout.ts";
import { oneOfEach } from "../one-of-each.ts";
import type { SearchSpace } from "../search-space.ts";
import { type Backbone, stagesByBlock } from "./backbone.ts";
import { fusionBaselines } from "./baselines.ts";
import { CHOICES, type EdgeChoice, edgeName, edgesOf } from "./edges.ts";
import { type Fusion, formatFusion, formatFusionJson, parseFusion } from "./fusion.ts";
import { fusionLayout } from "./fusion-layout.ts";
import { type FusionMacro, fusionNetwork } from "./network.ts";

/** `backbone`: of its widths, here, nothing counts but how they compare. */
export function fusionSpace(backbone: Backbone): SearchSpace<Fusion, FusionMacro> {
  const offers = edgesOf(backbone).map((edge) => ({ name: edgeName(edge), choices: CHOICES }));
  const { groups, kept, derive, supportsOf } = oneOfEach<EdgeChoice>(offers, (choice) => ({
    ...{ label: choice, cost: choice === "none" ? 0 : 1 },
  }));
  const layout = fusionLayout(backbone);
  const widths = stagesByBlock(backbone).flatMap((stages, block) => stages.map(() => backbone[block]!.channels));
  const gates = edgesOf(backbone).map(({ stage }) => ({ open: CHOICES.indexOf("fuse"), cost: widths[stage]! }));
  return {
    ...{ groups, layout, gates, baselines: fusionBaselines(backbone), derive, supportsOf },
    parse: (text) => parseFusion(backbone, text),
    formatJson: (fusion) => formatFusionJson(backbone, fusion),
    formatText: (fusion) => formatFusion(backbone, fusion),
    superNetwork: (macro, supports) => fusionNetwork(macro, kept(supports)),
    derivedNetwork: (macro, fusion) => fusionNetwork(macro, kept(supportsOf(fusion))),
    draw: (fusion, absorbed) => drawSupports(layout, supportsOf(fusion), absorbed),
  };
}
