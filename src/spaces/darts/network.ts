/**
 * @file The whole network as a graph. One builder for the super-net restricted to its supports (mixture weights on) and for the derived
 * network (plain sums). Parameters are named by cell, node, source and primitive, so a
 * candidate keeps its weights when it leaves the support and comes back.
 */
import { IstaNasError } from "../../error.ts";
import { Graph, type NodeRange, type Value } from "../../graph/index.ts";
import {
  assertWidth,
  buildClassifiers,
  Layers,
  Mixtures,
  type Network,
  type NetworkBuilder,
  type NetworkPass,
  type NetworkShape,
} from "../../network/index.ts";
import { buildAuxiliaryHead } from "./auxiliary-head.ts";
import { buildCell, type CellStructure } from "./cell.ts";
import { CELL_KINDS, type CellKind } from "./connection.ts";
import { buildStem, type StemKind } from "./stem.ts";

/** The macro shape of a network and the choices that hold for all its cells. Plain data, saved with every run. */
export interface DartsMacro extends NetworkShape {
  /** Width of the first cells, a multiple of 4; doubled by each reduction. */
  readonly initChannels: number;
  /** Number of cells, two of them reductions at floor(L/3) and floor(2L/3). */
  readonly cellCount: number;
  readonly stem: StemKind;
  /** Scale and shift in the batch norms of the cells: off while searching in two stages, on when retraining. */
  readonly affine: boolean;
  /** Batch norm after pools: on in the super-net. */
  readonly poolNorm: boolean;
  /** Batch norm after skips of stride 1: on in one-stage networks. */
  readonly skipNorm: boolean;
  /** Auxiliary classifier on the second reduction cell, in passes that ask for it. */
  readonly auxiliaryHead: boolean;
}

export type CellStructures = { readonly [K in CellKind]: CellStructure };

/** Whether the cell at `index` of `cellCount` halves the image. */
export function isReductionCell(index: number, cellCount: number): boolean {
  return index === Math.floor(cellCount / 3) || index === Math.floor((2 * cellCount) / 3);
}

/** Makes passes of one network. Throws as `buildNetwork` does. */
export function networkBuilder(spec: DartsMacro, structures: CellStructures): NetworkBuilder {
  return (pass) => buildNetwork(spec, structures, pass);
}

/**
 * Builds one pass of the network.
 * @throws E_NETWORK_SHAPE for a width that is not a multiple of 4 or fewer than 1 cell.
 */
export function buildNetwork(spec: DartsMacro, structures: CellStructures, pass: NetworkPass): Network {
  checkSpec(spec);
  const graph = new Graph();
  const layers = new Layers(graph, pass.mode, pass.prefix);
  const { height, width } = spec.imageSize;
  const images = graph.input("images", [pass.batch, height, width, spec.imageChannels]);
  const nodes = CELL_KINDS.flatMap((kind) =>
    structures[kind].nodes.map((kept, node) => ({ kind, name: `${kind}/node${node}`, kept: kept.length })),
  );
  const mixtures = new Mixtures(graph, nodes, pass.mixture);
  const dropPathInputs: string[] = [];
  const dropPathFactors = (name: string): Value => {
    dropPathInputs.push(name);
    return graph.input(name, [pass.batch]);
  };

  const cells: NodeRange[] = [];
  const stem = buildStem(layers, images, spec.stem, spec.initChannels);
  let [previous, current] = stem.outputs;
  let followsReduction = stem.endsInReduction;
  let channels = spec.initChannels;
  let auxiliaryLogits: Value | null = null;
  for (let index = 0; index < spec.cellCount; index++) {
    const isReduction = isReductionCell(index, spec.cellCount);
    if (isReduction) channels *= 2;
    const first = graph.nodes.length;
    const kind: CellKind = isReduction ? "reduce" : "normal";
    const output = buildCell(layers, `cells.${index}`, [previous, current], structures[kind], {
      channels,
      isReduction,
      followsReduction,
      affine: spec.affine,
      poolNorm: spec.poolNorm,
      skipNorm: spec.skipNorm,
      groups: nodes.flatMap((node, group) => (node.kind === kind ? [group] : [])),
      mixtures,
      dropPathFactors: pass.dropPath ? dropPathFactors : null,
    });
    cells.push({ first, end: graph.nodes.length });
    [previous, current, followsReduction] = [current, output, isReduction];
    const bearsHead =
      spec.auxiliaryHead &&
      pass.auxiliaryHead &&
      pass.mode.kind === "train" &&
      index === Math.floor((2 * spec.cellCount) / 3);
    if (bearsHead) auxiliaryLogits = buildAuxiliaryHead(layers, output, spec.classCount);
  }
  const classified = buildClassifiers(layers, current, spec);
  const { parameters, runningStatistics } = layers;
  return {
    ...classified,
    ...{ graph, images, auxiliaryLogits, mixtures: mixtures.vectors, kept: mixtures.outputs },
    ...{ dropPathInputs, cells, parameters, runningStatistics },
  };
}

function checkSpec(spec: DartsMacro): void {
  assertWidth(spec.initChannels, spec.stem === "imagenet" ? 8 : 4);
  if (!Number.isInteger(spec.cellCount) || spec.cellCount < 1) {
    throw new IstaNasError(`cells: got ${spec.cellCount}, expected an integer of at least 1`, {
      code: "E_NETWORK_SHAPE",
      kind: "usage",
    });
  }
}
