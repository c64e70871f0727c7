/** @file What a run's own description of its space and of its architecture may hold. Both are drawn: what does not fit together is refused. */
import { z } from "zod";
import type { Supports } from "../choice/index.ts";
import type { Diagram, DiagramPanel, OperationFamily, SpaceLayout } from "../spaces/index.ts";
import type { RunSpace } from "./api.ts";

/** Largest counts, each far beyond every space that comes with the package. */
const MOST_GROUPS = 256;
const MOST_CANDIDATES = 256;
const MOST_PANELS = 64;
const MOST_PORTS = 64;
const LONGEST_TEXT = 200;

const FAMILIES: { readonly [Family in OperationFamily]: Family } = {
  ...{ skip: "skip", pool: "pool", separable: "separable", dilated: "dilated" },
  ...{ convolution: "convolution", bottleneck: "bottleneck" },
};

const text = z.string().max(LONGEST_TEXT);
const family = z.enum(FAMILIES);
const index = z.int().min(0);
const indices = (least: number, most: number) => z.array(index).min(least).max(most).readonly();

const port = { name: text, label: text, subscript: text.exactOptional() };
const term = { label: text, family, source: index };
const panel = {
  ...{ name: text, remark: text },
  inputs: z.array(z.object(port)).min(1).max(MOST_PORTS).readonly(),
  output: z.object({ ...port, joined: indices(1, 2 * MOST_PORTS) }),
};
const nodesOf = <Node extends z.ZodType>(node: Node) => z.array(node).min(1).max(MOST_PORTS).readonly();
const panelsOf = <Panel extends z.ZodType>(drawn: Panel) => z.array(drawn).max(MOST_PANELS).readonly();
const families = z.array(family).readonly();

const candidate = z.object({ name: text, label: text, cost: z.number() });
const group = z.object({
  name: text,
  candidates: z.array(candidate).min(1).max(MOST_CANDIDATES).readonly(),
  sparsity: z.int().min(1).max(MOST_CANDIDATES),
});

const layoutTerms = z.array(z.object(term).nullable()).max(MOST_CANDIDATES).readonly();
const layoutNode = z.object({
  ...port,
  groups: z
    .array(z.object({ group: index, terms: layoutTerms }))
    .max(MOST_GROUPS)
    .readonly(),
});
const layoutPanel = z.object({ ...panel, nodes: nodesOf(layoutNode) });
const layoutSchema: z.ZodType<SpaceLayout> = z.object({ panels: panelsOf(layoutPanel), families });

const diagramTerms = z
  .array(z.object({ ...term, isNegative: z.boolean() }))
  .max(MOST_CANDIDATES)
  .readonly();
const diagramPanel = z.object({ ...panel, nodes: nodesOf(z.object({ ...port, terms: diagramTerms })) });
const diagramSchema: z.ZodType<Diagram> = z
  .object({ panels: panelsOf(diagramPanel), families })
  .superRefine(({ panels }, context) => {
    for (const drawn of panels) {
      const sources = drawn.nodes.map(({ terms }) => terms.map(({ source }) => source));
      if (!isInOrder(drawn, sources)) context.addIssue(`panel ${drawn.name}: a node reads one that is not before it`);
    }
  });

/** `space.json` of a run. */
export const spaceSchema: z.ZodType<RunSpace> = z
  .object({ kind: text, groups: z.array(group).min(1).max(MOST_GROUPS).readonly(), layout: layoutSchema })
  .superRefine(({ groups, layout }, context) => {
    if (new Set(groups.map(({ name }) => name)).size < groups.length) context.addIssue("two groups of one name");
    for (const drawn of layout.panels) {
      const fed = drawn.nodes.flatMap((node) => node.groups);
      const wrong = fed.find((one) => one.terms.length !== groups[one.group]?.candidates.length);
      if (wrong !== undefined) {
        const expected = groups[wrong.group]?.candidates.length ?? "a group that there is";
        context.addIssue(
          `panel ${drawn.name}: got ${wrong.terms.length} terms of group ${wrong.group}, expected ${expected}`,
        );
      }
      const sources = drawn.nodes.map((node) =>
        node.groups.flatMap(({ terms }) => terms.flatMap((one) => one?.source ?? [])),
      );
      if (!isInOrder(drawn, sources)) context.addIssue(`panel ${drawn.name}: a node reads one that is not before it`);
    }
  });

/** What was found, or given. */
export interface RunArchitecture {
  /** Null if the space does not hold it. */
  readonly supports: Supports | null;
  readonly diagram: Diagram;
}

/** `architecture.json` of a run. */
export const architectureSchema: z.ZodType<RunArchitecture> = z.object({
  supports: z.array(indices(0, MOST_CANDIDATES)).max(MOST_GROUPS).readonly().nullable(),
  diagram: diagramSchema,
});

/** Whether every node reads inputs and earlier nodes alone, and what is joined is there. `sources`: what each node reads. */
function isInOrder(
  { inputs, nodes, output }: Pick<DiagramPanel, "inputs" | "output"> & { readonly nodes: readonly unknown[] },
  sources: readonly (readonly number[])[],
): boolean {
  return (
    sources.every((list, node) => list.every((source) => source < inputs.length + node)) &&
    output.joined.every((source) => source < inputs.length + nodes.length)
  );
}
