/** @file How all architectures of a space are drawn: the panels with the places of every candidate. Plain data, so that a run can keep it. */
import type { Supports } from "../choice/index.ts";
import type { MixtureWeights } from "../network/index.ts";
import type { Diagram, DiagramNode, DiagramPanel, DiagramPort, DiagramTerm, OperationFamily } from "./diagram.ts";

/** What a candidate adds to its node; null: nothing is drawn. */
export type LayoutTerm = Omit<DiagramTerm, "isNegative"> | null;

/** A sum of candidates. */
export interface LayoutNode extends DiagramPort {
  /** Groups that feed the node, by index in the space, each with what its candidates add. */
  readonly groups: readonly { readonly group: number; readonly terms: readonly LayoutTerm[] }[];
}

/** A part of the network that is drawn on its own, such as a cell. */
export interface LayoutPanel extends Omit<DiagramPanel, "nodes"> {
  readonly nodes: readonly LayoutNode[];
}

/** Where every candidate of a space is drawn. */
export interface SpaceLayout {
  readonly panels: readonly LayoutPanel[];
  /** What the space has operations of. */
  readonly families: readonly OperationFamily[];
}

/** The drawing of what is kept. `absorbed`: weights that batch norm took, of each group one for each kept candidate. Default: none. */
export function drawSupports(
  { panels, families }: SpaceLayout,
  supports: Supports,
  absorbed: MixtureWeights = [],
): Diagram {
  const termsOf = ({ groups }: LayoutNode): readonly DiagramTerm[] =>
    groups.flatMap(({ group, terms }) =>
      (supports[group] ?? []).flatMap((candidate, entry) => {
        const term = terms[candidate] ?? null;
        return term === null ? [] : [{ ...term, isNegative: (absorbed[group]?.[entry] ?? 0) < 0 }];
      }),
    );
  const drawn = panels.map(({ nodes, ...panel }) => ({
    ...panel,
    nodes: nodes.map((node): DiagramNode => {
      const { groups: _, ...port } = node;
      return { ...port, terms: termsOf(node) };
    }),
  }));
  return { panels: drawn, families };
}
