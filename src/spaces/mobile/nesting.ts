/** @file How the chains of inverted residuals are nested: every block is part of the widest one with the largest window, and a stage may end early. */
import type { NestedPart, Nesting } from "../../network/index.ts";
import { BLOCKS, type Block, blockTraits } from "./block.ts";
import { type ChainShape, layersOf } from "./stages.ts";

/** Layers that a stage can do without, as published: of four two. */
const MOST_LEFT_OUT = 2;

/** What a layer is chosen from. */
export type BlockChoice = Block | "identity";

/** What a layer may be, in the order in which candidates are counted: a block, or where it has a shortcut nothing but that. */
export function choicesOf(hasShortcut: boolean): readonly BlockChoice[] {
  return hasShortcut ? [...BLOCKS, "identity"] : BLOCKS;
}

/** `shape`: its widths say no more than which layers may be left out. */
export function chainNesting(shape: ChainShape): Nesting {
  const layers = layersOf(shape);
  const parts = layers.map(({ hasShortcut }) => choicesOf(hasShortcut).map(partOf));
  let first = 0;
  const stages = shape.stages.map(({ layers: count }) => {
    const groups = Array.from({ length: count }, (_, layer) => first + layer);
    first += count;
    // Only what lies behind all layers without a shortcut can be left out.
    const fixed = groups.filter((group) => !layers[group]!.hasShortcut).length;
    return { groups, least: Math.max(1, fixed, count - MOST_LEFT_OUT) };
  });
  return { parts, stages };
}

function partOf(choice: BlockChoice): NestedPart | null {
  if (choice === "identity") return null;
  const { expansion, size: window } = blockTraits(choice);
  return { window, expansion };
}
