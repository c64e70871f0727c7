/** @file A chain of inverted residuals as a search space: of each layer one of six blocks is kept, or, where shapes allow, nothing. */
import type { MixtureWeights } from "../../network/index.ts";
import type { Diagram } from "../diagram.ts";
import { oneOfEach } from "../one-of-each.ts";
import type { SearchSpace } from "../search-space.ts";
import { BLOCKS, type LayerChoice } from "./block.ts";
import { type Chain, formatChain, formatChainJson, parseChain } from "./chain.ts";
import { type MobileMacro, mobileNetwork } from "./network.ts";
import { type ChainShape, layersOf } from "./stages.ts";

export function mobileSpace(shape: ChainShape): SearchSpace<Chain, MobileMacro> {
  const { groups, kept, derive, supportsOf } = oneOfEach<LayerChoice>(
    layersOf(shape).map(({ name, hasShortcut }) => ({ name, choices: hasShortcut ? [...BLOCKS, "identity"] : BLOCKS })),
  );
  return {
    kind: "mobile",
    ...{ groups, derive, supportsOf },
    parse: (text) => parseChain(shape, text),
    formatJson: (chain) => formatChainJson(shape, chain),
    formatText: (chain) => formatChain(shape, chain),
    superNetwork: (macro, supports) => mobileNetwork(macro, kept(supports)),
    derivedNetwork: (macro, chain) => mobileNetwork(macro, kept(supportsOf(chain))),
    draw: (chain, absorbed) => drawChain(shape, chain, absorbed),
  };
}

/** A panel a stage; a layer that keeps nothing is not drawn. */
function drawChain(shape: ChainShape, chain: Chain, absorbed: MixtureWeights = []): Diagram {
  let group = 0;
  const panels = shape.stages.map(({ channels, layers, stride }, stage) => {
    const kept = Array.from({ length: layers }, (_, layer) => ({ layer, group, choice: chain[group++]! }));
    const blocks = kept.filter(({ choice }) => choice !== "identity");
    const nodes = blocks.map(({ layer, group: own, choice }, source) => {
      const isNegative = (absorbed[own]?.[0] ?? 0) < 0;
      const terms = [{ label: choice, family: "bottleneck" as const, source, isNegative }];
      return { name: `layer ${layer}`, label: String(layer), terms };
    });
    return {
      name: `Stage ${stage}`,
      remark: `${channels} channels${stride === 2 ? ", halves the resolution" : ""}`,
      inputs: [{ name: "input", label: "in" }],
      nodes,
      output: { name: "output", label: "out", joined: [nodes.length] },
    };
  });
  return { panels, families: ["bottleneck"] };
}
