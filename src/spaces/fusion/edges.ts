/**
 * @file The edges between two networks that may carry features (Gao et al. 2020, section 3.1): a stage of one may receive what stages of the other
 * computed, its own number or up to two before it, inside one block.
 */
import { type Backbone, stagesByBlock } from "./backbone.ts";

/** As published: each of two tasks has a network. */
export const TASK_COUNT = 2;

/** Stages between sender and receiver, at most one less than this. */
const REACH = 3;

/** What of an edge is kept: nothing, or a 1x1 convolution of the sender's features. The order in which candidates are counted. */
export const CHOICES = ["none", "fuse"] as const;

export type EdgeChoice = (typeof CHOICES)[number];

/** From a stage of one network to a stage of the other. */
export interface Edge {
  /** The receiving network. */
  readonly task: number;
  readonly stage: number;
  /** The stage that sends, of the other network. */
  readonly source: number;
}

/** All edges: by receiving task, then by receiving stage, then by sender. */
export function edgesOf(backbone: Backbone): readonly Edge[] {
  return Array.from({ length: TASK_COUNT }, (_, task) =>
    stagesByBlock(backbone).flatMap((stages) =>
      stages.flatMap((stage) =>
        stages.flatMap((source) => (source <= stage && stage - source < REACH ? [{ task, stage, source }] : [])),
      ),
    ),
  ).flat();
}

/** Name of the choice group of an edge, such as `task1/stage4/from3`. */
export function edgeName({ task, stage, source }: Edge): string {
  return `task${task}/stage${stage}/from${source}`;
}
