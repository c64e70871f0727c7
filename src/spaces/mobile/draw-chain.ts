/** @file A chain as it is drawn: a panel a stage, a node a layer, a term for a block, for each of several windows, or for the shortcut alone. */
import type { MixtureWeights } from "../../network/index.ts";
import type { Diagram, DiagramTerm } from "../diagram.ts";
import type { SpaceLayout } from "../layout.ts";
import { type AtomWindow, parseAtoms } from "./atoms.ts";
import type { Chain, LayerChoice } from "./chain.ts";
import { type ChainShape, layersOf } from "./stages.ts";

/** `labelsOf`: what a layer may keep, by whether it has a shortcut. */
export function chainLayout(shape: ChainShape, labelsOf: (hasShortcut: boolean) => readonly string[]): SpaceLayout {
  const all = layersOf(shape);
  const panels = shape.stages.map(({ layers, stride }, stage) => {
    const first = shape.stages.slice(0, stage).reduce((count, before) => count + before.layers, 0);
    const nodes = Array.from({ length: layers }, (_, source) => {
      const terms = labelsOf(all[first + source]!.hasShortcut).map((label) => termOf(label, source));
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

/** `absorbed`: weights that batch norm took. */
export function drawChain({ panels, families }: SpaceLayout, chain: Chain, absorbed: MixtureWeights = []): Diagram {
  const drawn = panels.map(({ nodes, ...panel }) => ({
    ...panel,
    nodes: nodes.map(({ groups, ...port }, source) => {
      const { group } = groups[0]!;
      const terms = labelsOf(chain[group]!).map((label, entry): DiagramTerm => {
        return { ...termOf(label, source), isNegative: (absorbed[group]?.[entry] ?? 0) < 0 };
      });
      return { ...port, terms };
    }),
  }));
  return { panels: drawn, families };
}

function termOf(label: string, source: number): Omit<DiagramTerm, "isNegative"> {
  return { label, family: label === "identity" ? "skip" : "bottleneck", source };
}

function labelsOf(choice: LayerChoice): readonly string[] {
  return parseAtoms(choice)?.map(windowLabel) ?? [choice];
}

/** Such as `3x3`, with its channels behind it if they are its own. */
function windowLabel({ size, width }: AtomWindow): string {
  return `${size}x${size}${width === null ? "" : `:${width}`}`;
}
