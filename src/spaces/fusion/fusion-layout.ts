/** @file Where the edges between two networks are drawn: a panel a receiving network, its stages below those of the other one. */
import type { SpaceLayout } from "../layout.ts";
import { type Backbone, stageCount } from "./backbone.ts";
import { CHOICES, edgesOf } from "./edges.ts";

/** Of each task. */
const NAMES = ["First task", "Second task"];

/** Edges that carry nothing are not drawn. */
export function fusionLayout(backbone: Backbone): SpaceLayout {
  const stages = Array.from({ length: stageCount(backbone) }, (_, stage) => stage);
  const edges = edgesOf(backbone).map((edge, group) => ({ ...edge, group }));
  const panels = NAMES.map((name, task) => ({
    name,
    remark: `what its stages receive from those of the ${NAMES[1 - task]!.toLowerCase()}`,
    inputs: stages.map((stage) => ({ name: `stage ${stage} of the other`, label: String(stage) })),
    nodes: stages.map((stage) => ({
      ...{ name: `stage ${stage}`, label: String(stage) },
      groups: edges
        .filter((edge) => edge.task === task && edge.stage === stage)
        .map(({ group, source }) => ({
          group,
          terms: CHOICES.map((label) => (label === "none" ? null : { label, family: "convolution" as const, source })),
        })),
    })),
    output: { name: "output", label: "out", joined: [2 * stages.length - 1] },
  }));
  return { panels, families: ["convolution"] };
}
