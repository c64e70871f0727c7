/**
 * @file Two VGG-like networks on one image, one a task, that hand features to one another (Gao et al. 2020, "MTL-NAS"). A stage is a 3x3 convolution,
 * batch norm and ReLU; behind each the network fuses what it has computed with what edges bring from stages of the other: 1x1 convolution of all of it
 * side by side, batch norm, ReLU. That convolution starts as the identity of its own features and 0 for all others, so the search starts with two
 * networks that know nothing of one another.
 *
 * The 1x1 convolution of features side by side is the sum of one for each: what an edge brings has a filter of its own, which the network has only while
 * it keeps the edge.
 */
import { IstaNasError } from "../../error.ts";
import type { Value } from "../../graph/index.ts";
import {
  assertWidth,
  type Layers,
  type Network,
  type NetworkBuilder,
  NetworkDraft,
  type NetworkPass,
  type NetworkShape,
} from "../../network/index.ts";
import { type Backbone, stagesByBlock } from "./backbone.ts";
import { type EdgeChoice, edgeName, edgesOf, TASK_COUNT } from "./edges.ts";

/** Plain data, saved with every run. */
export interface FusionMacro extends NetworkShape {
  /** Of both networks. */
  readonly backbone: Backbone;
}

const TASKS = Array.from({ length: TASK_COUNT }, (_, task) => task);

/** The network whose edges keep these choices. @throws E_NETWORK_SHAPE for another number of tasks, widths that are not multiples of 4, and small images */
export function fusionNetwork(macro: FusionMacro, kept: readonly (readonly EdgeChoice[])[]): NetworkBuilder {
  return (pass) => build(macro, kept, pass);
}

function build(macro: FusionMacro, kept: readonly (readonly EdgeChoice[])[], pass: NetworkPass): Network {
  checkMacro(macro);
  const { backbone } = macro;
  const edges = edgesOf(backbone);
  const groups = edges.map((edge, index) => ({ name: edgeName(edge), kept: kept[index]! }));
  const draft = new NetworkDraft(macro, groups, pass);
  const { graph, layers } = draft;
  /** What each network has after the last fusion, and what its stages handed over, by stage. */
  let current = TASKS.map(() => draft.images);
  const handed: Value[][] = TASKS.map(() => []);
  const activated = (name: string, value: Value) => graph.apply("relu", [layers.batchNorm(name, value, true)], {});
  for (const [block, stages] of stagesByBlock(backbone).entries()) {
    const { channels } = backbone[block]!;
    draft.cell(() => {
      if (block > 0) current = current.map((value) => halved(layers, value));
      for (const stage of stages) {
        for (const task of TASKS) {
          const name = `task${task}.stage${stage}`;
          const layer = { channels, size: 3, stride: 1, padding: 1, relu: false };
          const own = layers.convolution(name, current[task]!, layer);
          handed[task]!.push(activated(`${name}.norm`, own));
        }
        current = TASKS.map((task) => {
          const own = handed[task]![stage]!;
          const name = `task${task}.stage${stage}.fusion`;
          const initialiser = { kind: "identity" } as const;
          const terms = edges.flatMap((edge, group) => {
            if (edge.task !== task || edge.stage !== stage) return [];
            const sent = handed[1 - task]![edge.source]!;
            return draft.terms(
              group,
              own,
              () => fused(layers, `${edgeName(edge).replaceAll("/", ".")}.fuse`, sent),
              "none",
            );
          });
          const first = layers.pointwise(name, own, { channels, relu: false, initialiser });
          return activated(`${name}.norm`, draft.sum([first, ...terms]));
        });
      }
      return current.at(-1)!;
    });
  }
  return draft.finish(current[0]!, current.slice(1));
}

/** What an edge adds to a fusion: `[N, H, W, C]` -> `[N, H, W, C]`, 0 at first. */
function fused(layers: Layers, name: string, sent: Value): Value {
  const initialiser = { kind: "fill", value: 0 } as const;
  return layers.pointwise(name, sent, { channels: sent.shape[3]!, relu: false, initialiser });
}

/** Windows of 2x2 halve even sizes, of 3x3 odd ones. */
function halved({ graph }: Layers, value: Value): Value {
  const isEven = value.shape[1]! % 2 === 0 && value.shape[2]! % 2 === 0;
  return graph.apply(
    "maxPool",
    [value],
    isEven ? { size: 2, stride: 2, padding: 0 } : { size: 3, stride: 2, padding: 1 },
  );
}

function checkMacro({ backbone, imageSize, otherTasks = [] }: FusionMacro): void {
  for (const { channels } of backbone) assertWidth(channels);
  const tasks = 1 + otherTasks.length;
  if (tasks !== TASK_COUNT) {
    throw new IstaNasError(`tasks: got ${tasks} with space fusion, expected ${TASK_COUNT}, a network for each`, {
      ...{ code: "E_NETWORK_SHAPE", kind: "usage" },
      hint: `take images with ${TASK_COUNT} labels each and name both with --tasks, or another space`,
    });
  }
  const least = 2 ** (backbone.length - 1);
  if (Math.min(imageSize.height, imageSize.width) >= least) return;
  throw new IstaNasError(
    `image size: got ${imageSize.width}x${imageSize.height}, expected at least ${least}x${least}, as it is halved ${backbone.length - 1} times`,
    { code: "E_NETWORK_SHAPE", kind: "usage" },
  );
}
