/** @file A chain of inverted residuals as a search space: of each layer one of six blocks is kept, or, where shapes allow, nothing. */
import { oneOfEach } from "../one-of-each.ts";
import type { SearchSpace } from "../search-space.ts";
import { mobileBaselines } from "./baselines.ts";
import { BLOCKS, blockTraits, isBlock } from "./block.ts";
import { type Chain, formatChain, formatChainJson, parseChain, refuseChain } from "./chain.ts";
import { chainLayout, drawChain } from "./draw-chain.ts";
import { type BlockChoice, chainNesting, choicesOf } from "./nesting.ts";
import { type MobileMacro, mobileNetwork } from "./network.ts";
import { type ChainShape, layersOf } from "./stages.ts";

/** `shape`: its widths say no more than which layers may keep nothing. */
export function mobileSpace(shape: ChainShape): SearchSpace<Chain, MobileMacro> {
  const offers = layersOf(shape).map(({ name, hasShortcut }) => ({ name, choices: choicesOf(hasShortcut) }));
  const {
    groups,
    kept,
    derive,
    supportsOf: supportsOfBlocks,
  } = oneOfEach<BlockChoice>(offers, (choice) => ({
    label: choice,
    cost: choice === "identity" ? 0 : blockTraits(choice).expansion * blockTraits(choice).size,
  }));
  const layout = chainLayout(shape, choicesOf);
  const supportsOf = (chain: Chain) =>
    supportsOfBlocks(chain.map((choice, group) => blockOf(groups[group]!.name, choice)));
  return {
    ...{ groups, layout, baselines: mobileBaselines(shape), nesting: chainNesting(shape), derive, supportsOf },
    parse: (text) => parseChain(shape, text),
    formatJson: (chain) => formatChainJson(shape, chain),
    formatText: (chain) => formatChain(shape, chain),
    superNetwork: (macro, supports) => mobileNetwork(macro, kept(supports)),
    derivedNetwork: (macro, chain) =>
      mobileNetwork(
        macro,
        chain.map((choice) => [choice]),
      ),
    draw: (chain, absorbed) => drawChain(layout, chain, absorbed),
  };
}

/** Chains of other layers are read, drawn and trained, and are not among those that are chosen from. */
function blockOf(name: string, choice: Chain[number]): BlockChoice {
  if (choice === "identity" || isBlock(choice)) return choice;
  throw refuseChain(`${name} got ${choice}`, `one of ${BLOCKS.join(", ")}, identity`);
}
