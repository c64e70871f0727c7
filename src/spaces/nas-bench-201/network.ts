/**
 * @file The network of NAS-Bench-201 (Dong and Yang 2020, section 2.1): a 3x3 stem, three stages of cells with 1, 2 and 4 times the width,
 * a reduction between stages, then batch norm, ReLU, mean over all pixels and a linear classifier. Convolutions are ReLU, convolution, batch norm.
 *
 * Reductions of a proxy network may be pools and 1x1 convolutions instead of the benchmark's residual blocks: with one cell a stage those blocks
 * do the work, and what the cells are hardly matters.
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
import { EDGES, NODE_COUNT } from "./cell.ts";
import type { Operation } from "./operation.ts";

/** `residual`: the benchmark's block of two 3x3 convolutions beside a pool and a 1x1 convolution. `pool`: the latter two alone, and batch norm. */
export type Reduction = "residual" | "pool";

/** Plain data, saved with every run. */
export interface Nb201Macro extends NetworkShape {
  /** Width of the first stage, a multiple of 4. The benchmark's: 16. */
  readonly channels: number;
  /** The benchmark's: 5. */
  readonly cellsPerStage: number;
  readonly reduction: Reduction;
  /** Scale and shift in the batch norms of the cells: off in a search, on in the benchmark. */
  readonly affine: boolean;
  /** Batch norm after skips and pools too, so that each can take its mixture weight: on in one-stage networks, off in the benchmark. */
  readonly everyNorm: boolean;
}

const STAGES = 3;

type Norms = Pick<Nb201Macro, "affine" | "everyNorm">;

/** Name of the choice group of an edge. */
export function edgeName(edge: number): string {
  const { source, target } = EDGES[edge]!;
  return `edge${source}-${target}`;
}

/** The network whose edges keep these operations. @throws E_NETWORK_SHAPE for a width that is not a multiple of 4, or no cells */
export function nb201Network(macro: Nb201Macro, kept: readonly (readonly Operation[])[]): NetworkBuilder {
  return (pass) => build(macro, kept, pass);
}

function build(macro: Nb201Macro, kept: readonly (readonly Operation[])[], pass: NetworkPass): Network {
  checkMacro(macro);
  const groups = kept.map((operations, edge) => ({ name: edgeName(edge), kept: operations }));
  const draft = new NetworkDraft(macro, groups, pass);
  const { graph, images, layers } = draft;
  const stem = { channels: macro.channels, size: 3, stride: 1, padding: 1, relu: false };
  let current = layers.batchNorm("stem.norm", layers.convolution("stem", images, stem), true);
  for (let stage = 0; stage < STAGES; stage++) {
    if (stage > 0) current = buildReduction(layers, `reductions.${stage - 1}`, current, macro.reduction);
    for (let cell = 0; cell < macro.cellsPerStage; cell++) {
      const input = current;
      current = draft.cell(() => buildCell(draft, `stages.${stage}.cells.${cell}`, input, macro));
    }
  }
  return draft.finish(graph.apply("relu", [layers.batchNorm("last.norm", current, true)], {}));
}

/** `[N, H, W, C]` -> `[N, H, W, C]`. */
function buildCell(draft: NetworkDraft<Operation>, name: string, input: Value, norms: Norms): Value {
  const { graph, layers } = draft;
  const nodes = [input];
  for (let target = 1; target < NODE_COUNT; target++) {
    const terms = EDGES.flatMap((edge, group) => {
      if (edge.target !== target) return [];
      const source = nodes[edge.source]!;
      const build = (operation: Exclude<Operation, "none">) =>
        buildOperation(layers, `${name}.${edgeName(group)}.${operation}`, operation, source, norms);
      return draft.terms(group, source, build, "none");
    });
    nodes.push(terms.length === 0 ? graph.apply("sum", [input], { coefficients: [0] }) : draft.sum(terms));
  }
  return nodes[NODE_COUNT - 1]!;
}

/** One operation of a cell: `[N, H, W, C]` -> `[N, H, W, C]`. */
export function buildOperation(
  layers: Layers,
  name: string,
  operation: Exclude<Operation, "none">,
  input: Value,
  { affine, everyNorm }: Norms,
): Value {
  const channels = input.shape[3]!;
  const normed = (value: Value) => (everyNorm ? layers.batchNorm(`${name}.norm`, value, affine) : value);
  switch (operation) {
    case "skip_connect":
      return normed(input);
    case "nor_conv_1x1":
      return layers.reluPointwiseNorm(name, input, channels, affine);
    case "nor_conv_3x3":
      return convolutionNorm(layers, name, input, channels, 1, affine);
    case "avg_pool_3x3":
      return normed(layers.graph.apply("averagePool", [input], { size: 3, stride: 1, padding: 1 }));
  }
}

/** `[N, H, W, C]` -> `[N, ceil(H / 2), ceil(W / 2), 2 C]`. The benchmark's images have even sizes; windows of 3x3 halve odd ones. */
export function buildReduction(layers: Layers, name: string, input: Value, reduction: Reduction): Value {
  const channels = 2 * input.shape[3]!;
  const isEven = input.shape[1]! % 2 === 0 && input.shape[2]! % 2 === 0;
  const window = isEven ? { size: 2, stride: 2, padding: 0 } : { size: 3, stride: 2, padding: 1 };
  const pooled = layers.graph.apply("averagePool", [input], window);
  const shortcut = layers.pointwise(`${name}.shortcut`, pooled, { channels, relu: false });
  if (reduction === "pool") return layers.batchNorm(`${name}.shortcut.norm`, shortcut, true);
  const first = convolutionNorm(layers, `${name}.first`, input, channels, 2, true);
  const second = convolutionNorm(layers, `${name}.second`, first, channels, 1, true);
  return layers.graph.apply("sum", [shortcut, second], { coefficients: [1, 1] });
}

/** ReLU, 3x3 convolution, batch norm. */
function convolutionNorm(
  layers: Layers,
  name: string,
  input: Value,
  channels: number,
  stride: number,
  affine: boolean,
): Value {
  const layer = { channels, size: 3, stride, padding: 1, relu: true };
  return layers.batchNorm(`${name}.norm`, layers.convolution(name, input, layer), affine);
}

function checkMacro({ channels, cellsPerStage, imageSize }: Nb201Macro): void {
  const extent = Math.min(imageSize.height, imageSize.width);
  assertWidth(channels);
  const checks: readonly (readonly [boolean, string, string])[] = [
    [Number.isInteger(cellsPerStage) && cellsPerStage >= 1, `cells: got ${cellsPerStage}`, "an integer of at least 1"],
    [extent >= 4, `image size: got ${imageSize.width}x${imageSize.height}`, "at least 4x4, as it is halved twice"],
  ];
  for (const [isMet, got, expected] of checks) {
    if (!isMet) throw new IstaNasError(`${got}, expected ${expected}`, { code: "E_NETWORK_SHAPE", kind: "usage" });
  }
}
