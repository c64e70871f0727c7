/** @file A chain of inverted residuals as a search space: of each layer one of six blocks is kept, or, where shapes allow, nothing. */
import { drawSupports, type LayoutTerm, type SpaceLayout } from "../layout.ts";
import { oneOfEach } from "../one-of-each.ts";
import type { SearchSpace } from "../search-space.ts";
import { mobileBaselines } from "./baselines.ts";
import { blockTraits, type LayerChoice } from "./block.ts";
import { type Chain, formatChain, formatChainJson, parseChain } from "./chain.ts";
import { chainNesting, choicesOf } from "./nesting.ts";
import { type MobileMacro, mobileNetwork } from "./network.ts";
import { type ChainShape, layersOf } from "./stages.ts";

/** `shape`: its widths say no more than which layers may keep nothing. */
export function mobileSpace(shape: ChainShape): SearchSpace<Chain, MobileMacro> {
  const offers = layersOf(shape).map(({ name, hasShortcut }) => ({ name, choices: choicesOf(hasShortcut) }));
  const { groups, kept, derive, supportsOf } = oneOfEach<LayerChoice>(offers, (choice) => ({
    label: choice,
    cost: choice === "identity" ? 0 : blockTraits(choice).expansion * blockTraits(choice).size,
  }));
  const layout = chainLayout(shape);
  return {
    ...{ groups, layout, baselines: mobileBaselines(shape), nesting: chainNesting(shape), derive, supportsOf },
    parse: (text) => parseChain(shape, text),
    formatJson: (chain) => formatChainJson(shape, chain),
    formatText: (chain) => formatChain(shape, chain),
    superNetwork: (macro, supports) => mobileNetwork(macro, kept(supports)),
    derivedNetwork: (macro, chain) => mobileNetwork(macro, kept(supportsOf(chain))),
    draw: (chain, absorbed) => drawSupports(layout, supportsOf(chain), absorbed),
  };
}

/** A panel a stage, a node a layer. */
function chainLayout(shape: ChainShape): SpaceLayout {
  const all = layersOf(shape);
  const panels = shape.stages.map(({ layers, stride }, stage) => {
    const first = shape.stages.slice(0, stage).reduce((count, before) => count + before.layers, 0);
    const nodes = Array.from({ length: layers }, (_, source) => {
      const terms = choicesOf(all[first + source]!.hasShortcut).map((label): LayoutTerm => {
        return { label, family: label === "identity" ? "skip" : "bottleneck", source };
      });
      return { name: `layer ${source}`, label: String(source), groups: [{ group: first + source, terms }] };
    });
    return {
      name: `Stage ${stage}`,
      remark: stride === 2 ? "halves the resolution" : "keeps the resolution",
      inputs: [{ name: "input", label: "in" }],
      nodes,
      output: { name: "output", label: "out", joined: [nodes.length] },
    };
  });
  return { panels, families: ["skip", "bottleneck"] };
}
