/** @file A panel of a diagram with what the page adds to its operations: their weights, and what each is marked with. */

import type { RunSpace } from "../../src/server/index.ts";
import type { Diagram, DiagramPanel, DiagramPort, DiagramTerm, LayoutPanel } from "../../src/spaces/index.ts";
import type { Choice, Selection } from "../data/selection.ts";

export interface DrawnTerm extends DiagramTerm {
  /** The same in a few letters. */
  readonly short: string;
  /** What it is multiplied with, null where that is not known. */
  readonly weight: number | null;
  readonly mark: string | null;
}

export interface DrawnPanel extends Pick<DiagramPanel, "name" | "remark" | "inputs" | "output"> {
  readonly nodes: readonly (DiagramPort & { readonly terms: readonly DrawnTerm[] })[];
}

/** What a selection keeps. `added`: what is marked as new. */
export function selectedPanels(
  space: RunSpace,
  { groups }: Selection,
  added: readonly Choice[],
): readonly DrawnPanel[] {
  return space.layout.panels.map((panel) => ({
    ...panel,
    nodes: panel.nodes.map(({ groups: fed, ...port }) => ({
      ...port,
      terms: fed.flatMap(({ group, terms }) => {
        const { support, weights } = groups[group]!;
        return support.flatMap((candidate, entry): readonly DrawnTerm[] => {
          const term = terms[candidate]!;
          if (term === null) return [];
          const weight = weights?.[entry] ?? null;
          const isNew = added.some((one) => one.group === group && one.candidate === candidate);
          const short = space.groups[group]!.candidates[candidate]!.label;
          return [{ ...term, isNegative: weight !== null && weight < 0, short, weight, mark: isNew ? "new" : null }];
        });
      }),
    })),
  }));
}

/** A diagram without weights. `space`: where short names are known from. `markOf`: of a term of a node of a panel, by their numbers. */
export function diagramPanels(
  { panels }: Diagram,
  space: RunSpace | null,
  markOf: (term: DiagramTerm, node: number, panel: number) => string | null = () => null,
): readonly DrawnPanel[] {
  return panels.map((panel, at) => ({
    ...panel,
    nodes: panel.nodes.map((node, index) => ({
      ...node,
      terms: node.terms.map((term) => ({
        ...{ ...term, short: shortName(space, space?.layout.panels[at], index, term), weight: null },
        mark: markOf(term, index, at),
      })),
    })),
  }));
}

/** Whether two terms apply the same to the same. */
export function isSameTerm(a: DiagramTerm, b: DiagramTerm): boolean {
  return a.label === b.label && a.source === b.source;
}

function shortName(space: RunSpace | null, panel: LayoutPanel | undefined, node: number, term: DiagramTerm): string {
  for (const { group, terms } of panel?.nodes[node]?.groups ?? []) {
    const candidate = terms.findIndex((one) => one?.label === term.label && one.source === term.source);
    if (candidate >= 0) return space!.groups[group]!.candidates[candidate]!.label;
  }
  return term.label;
}

/** What a choice adds to its panel, in words; the names of group and candidate where nothing is drawn for it. */
export function choiceText({ groups, layout }: RunSpace, { group, candidate }: Choice): string {
  for (const { inputs, nodes } of layout.panels) {
    for (const node of nodes) {
      const term = node.groups.find((fed) => fed.group === group)?.terms[candidate] ?? null;
      if (term !== null) return `${node.name} ${term.label} of ${[...inputs, ...nodes][term.source]!.name}`;
    }
  }
  return `${groups[group]!.name} ${groups[group]!.candidates[candidate]!.name}`;
}
