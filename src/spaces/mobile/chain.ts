/**
 * @file What is found in a chain: the choice of each searched layer. As text a word a layer and a bar between stages,
 * `mb3_5x5 mb3_3x3 identity | mb6_7x7 ...`; as JSON `{ "stages": [["mb3_5x5", ...], ...] }`.
 */
import { type ArchitectureRefusal, architectureRefusal, quoted, readJsonForm } from "../architecture-text.ts";
import { type AtomWord, parseAtoms } from "./atoms.ts";
import { BLOCKS, type Block, isBlock } from "./block.ts";
import type { ChainShape } from "./stages.ts";
import { layersOf } from "./stages.ts";

/** The errors of what is no chain. */
export const refuseChain: ArchitectureRefusal = architectureRefusal(
  "a chain is a word a layer with a bar between stages, such as mb3_5x5 identity | mb6_3x3 mb3_7x7",
);

/** What a layer keeps: a block, windows side by side, or nothing but its shortcut. */
export type LayerChoice = Block | AtomWord | "identity";

/** The choice of each layer, in the order of `layersOf`. */
export type Chain = readonly LayerChoice[];

export function formatChain(shape: ChainShape, chain: Chain): string {
  return byStage(shape, chain)
    .map((stage) => stage.join(" "))
    .join(" | ");
}

/** One line of JSON that ends in a line feed. */
export function formatChainJson(shape: ChainShape, chain: Chain): string {
  return `${JSON.stringify({ stages: byStage(shape, chain) })}\n`;
}

/**
 * Reads what `formatChain` and `formatChainJson` write, for a chain of this shape.
 * @throws E_ARCHITECTURE with what is refuseChain first
 */
export function parseChain(shape: ChainShape, text: string): Chain {
  const stages = wordsOf(text.trim());
  if (stages.length !== shape.stages.length) throw refuseChain(`got ${stages.length} stages`, `${shape.stages.length}`);
  for (const [stage, words] of stages.entries()) {
    const { layers } = shape.stages[stage]!;
    if (words.length !== layers) throw refuseChain(`stage ${stage} got ${words.length} layers`, `${layers}`);
  }
  const words = stages.flat();
  return layersOf(shape).map(({ name, hasShortcut }, index) => {
    const word = words[index]!;
    if (isBlock(word) || (word === "identity" && hasShortcut)) return word;
    if (parseAtoms(word) !== null) return word as AtomWord;
    const legal = [...BLOCKS, "windows such as atoms_3x3:24+5x5:8", ...(hasShortcut ? ["identity"] : [])];
    throw refuseChain(`${name} got ${quoted(word)}`, `one of ${legal.join(", ")}`);
  });
}

function byStage(shape: ChainShape, chain: Chain): readonly (readonly LayerChoice[])[] {
  let first = 0;
  return shape.stages.map(({ layers }) => {
    first += layers;
    return chain.slice(first - layers, first);
  });
}

function wordsOf(text: string): readonly (readonly string[])[] {
  const json = readJsonForm(text, "stages", refuseChain);
  if (json === null) return text.split("|").map((stage) => stage.trim().split(/\s+/));
  const { value: stages } = json;
  const areWords = (stage: unknown) => Array.isArray(stage) && stage.every((word) => typeof word === "string");
  if (Array.isArray(stages) && stages.every(areWords)) return stages as readonly (readonly string[])[];
  throw refuseChain("got JSON without lists of words under stages", 'such as { "stages": [["mb3_3x3", "identity"]] }');
}
