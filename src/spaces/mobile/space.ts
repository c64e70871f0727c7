/** @file A chain of inverted residuals as a search space: of each layer one of six blocks is kept, or, where shapes allow, nothing. */
import { IstaNasError } from "../../error.ts";
import type { MixtureWeights } from "../../network/index.ts";
import type { ChoiceGroup, Supports } from "../../space/index.ts";
import type { Diagram } from "../diagram.ts";
import type { SearchSpace } from "../search-space.ts";
import { BLOCKS, type LayerChoice } from "./block.ts";
import { type Chain, formatChain, formatChainJson, parseChain } from "./chain.ts";
import { type MobileMacro, mobileNetwork } from "./network.ts";
import { type ChainShape, layersOf } from "./stages.ts";

export function mobileSpace(shape: ChainShape): SearchSpace<Chain, MobileMacro> {
  const choices = layersOf(shape).map(({ hasShortcut }): readonly LayerChoice[] =>
    hasShortcut ? [...BLOCKS, "identity"] : BLOCKS,
  );
  const groups = layersOf(shape).map(({ name }, group) => ({
    name,
    candidates: choices[group]!.map((choice) => ({ name: choice })),
    sparsity: 1,
  }));
  return {
    kind: "mobile",
    groups,
    derive: (supports) => deriveChain(groups, choices, supports),
    supportsOf: (chain) => chain.map((choice, group) => [choices[group]!.indexOf(choice)]),
    parse: (text) => parseChain(shape, text),
    formatJson: (chain) => formatChainJson(shape, chain),
    formatText: (chain) => formatChain(shape, chain),
    superNetwork: (macro, supports) =>
      mobileNetwork(
        macro,
        supports.map((support, group) => support.map((index) => choices[group]![index]!)),
      ),
    derivedNetwork: (macro, chain) =>
      mobileNetwork(
        macro,
        chain.map((choice) => [choice]),
      ),
    draw: (chain, absorbed) => drawChain(shape, chain, absorbed),
  };
}

function deriveChain(
  groups: readonly ChoiceGroup[],
  choices: readonly (readonly LayerChoice[])[],
  supports: Supports,
): Chain {
  return groups.map(({ name }, group) => {
    const support = supports[group] ?? [];
    const choice = support.length === 1 ? choices[group]![support[0]!] : undefined;
    if (choice !== undefined) return choice;
    const expected = `expected one index below ${choices[group]!.length}`;
    throw new IstaNasError(`${name} support: got [${support.join(", ")}], ${expected}`, {
      code: "E_SPACE_SUPPORT",
      kind: "usage",
    });
  });
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
