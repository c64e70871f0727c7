/**
 * @file The super-net over a list of candidates for each node, of which a primitive may be offered more than once, each copy
 * with weights of its own. With all candidates it is the dense one that DARTS trains: every edge computes everything on
 * offer, each output multiplied by its softmax weight. Otherwise as src/network builds it, under the same names.
 */
import { Graph, type Value } from "../src/graph/index.ts";
import { Layers, type ParameterSpec } from "../src/network/index.ts";
import type { RandomStream } from "../src/random/index.ts";
import {
  buildPrimitive,
  buildStem,
  type CellGenotype,
  type CellKind,
  type Connection,
  type DartsMacro,
  type Genotype,
  isReductionCell,
  PRIMITIVES,
} from "../src/spaces/darts/index.ts";

/** Intermediate nodes of a cell; node j is fed by all 2 + j nodes before it. */
const NODES = 4;

export interface OfferedCandidate extends Connection {
  /** Which of the equal primitives on this edge. */
  readonly copy: number;
}

/** The candidates that a cell computes, for each intermediate node. */
export type ComputedCell = readonly (readonly OfferedCandidate[])[];
export type ComputedCells = { readonly [K in CellKind]: ComputedCell };

export interface CandidateNetwork {
  readonly graph: Graph;
  /** `[N, classCount]`. Inputs: `images`, and `edgeWeights/normal` and `edgeWeights/reduce`, one entry a candidate. */
  readonly logits: Value;
  readonly parameters: readonly ParameterSpec[];
  readonly runningStatistics: readonly ParameterSpec[];
}

/** Everything on offer, edge by edge: the seven primitives `copies` times. */
export function allCandidates(copies: number): ComputedCells {
  const edge = (source: number) =>
    Array.from({ length: copies }, (_, copy) => PRIMITIVES.map((primitive) => ({ source, primitive, copy }))).flat();
  const cell = Array.from({ length: NODES }, (_, node) => Array.from({ length: 2 + node }, (_, k) => edge(k)).flat());
  return { normal: cell, reduce: cell };
}

/** A support: the entries of a genotype, taken from the copies in turn. */
export function activeCandidates(genotype: Genotype, copies: number): ComputedCells {
  const cell = (entries: CellGenotype) =>
    entries.map((node) => node.map((entry, k) => ({ ...entry, copy: k % copies })));
  return { normal: cell(genotype.normal), reduce: cell(genotype.reduce) };
}

/** Builds the training pass with the stem, the widths, the reductions and the classifier of `spec`. */
export function buildCandidateNetwork(spec: DartsMacro, computed: ComputedCells, batch: number): CandidateNetwork {
  const graph = new Graph();
  const layers = new Layers(graph, { kind: "train", updatesRunning: true });
  const { height, width } = spec.imageSize;
  const images = graph.input("images", [batch, height, width, spec.imageChannels]);
  const weightInput = (kind: CellKind) => graph.input(`edgeWeights/${kind}`, [computed[kind].flat().length]);
  const edgeWeights = { normal: weightInput("normal"), reduce: weightInput("reduce") };

  const stem = buildStem(layers, images, spec.stem, spec.initChannels);
  let [previous, current] = stem.outputs;
  let followsReduction = stem.endsInReduction;
  let channels = spec.initChannels;
  for (let index = 0; index < spec.cellCount; index++) {
    const name = `cells.${index}`;
    const isReduction = isReductionCell(index, spec.cellCount);
    const kind: CellKind = isReduction ? "reduce" : "normal";
    if (isReduction) channels *= 2;
    const first = followsReduction
      ? layers.factorizedReduce(`${name}.preprocess0`, previous, channels, spec.affine)
      : layers.reluPointwiseNorm(`${name}.preprocess0`, previous, channels, spec.affine);
    const second = layers.reluPointwiseNorm(`${name}.preprocess1`, current, channels, spec.affine);
    const output = buildNodes(layers, name, [first, second], computed[kind], edgeWeights[kind], {
      ...spec,
      isReduction,
    });
    [previous, current, followsReduction] = [current, output, isReduction];
  }
  const logits = layers.linear("classifier", graph.apply("globalMean", [current], {}), spec.classCount);
  return { graph, logits, parameters: layers.parameters, runningStatistics: layers.runningStatistics };
}

function buildNodes(
  layers: Layers,
  cell: string,
  inputs: readonly [Value, Value],
  nodes: ComputedCell,
  edgeWeights: Value,
  options: DartsMacro & { readonly isReduction: boolean },
): Value {
  const states: Value[] = [...inputs];
  let entry = 0;
  for (const [node, candidates] of nodes.entries()) {
    const outputs = candidates.map(({ source, primitive, copy }) => {
      const name = `${cell}.nodes.${node}.from${source}.${primitive}${copy === 0 ? "" : `.copy${copy}`}`;
      const stride = options.isReduction && source < 2 ? 2 : 1;
      return buildPrimitive(layers, name, primitive, states[source]!, { ...options, stride });
    });
    const entries = outputs.map(() => entry++);
    states.push(layers.graph.apply("weightedSum", [edgeWeights, ...outputs], { entries }));
  }
  return layers.graph.apply("concat", states.slice(2), {});
}

/**
 * Parameters of the network of all candidates, counted by hand for cells without scale and shift and the `cifar` stem. An edge
 * of C channels holds 18 C + 50 C in separable depthwise filters, 9 C + 25 C in dilated ones and 6 C C in 1x1 ones;
 * a skip of stride 2, on the eight edges that leave a reduction cell's inputs, another C C.
 */
export function denseParameterCount(spec: DartsMacro, copies: number): number {
  const edges = 2 + 3 + 4 + 5;
  const stemChannels = 3 * spec.initChannels;
  let count = 9 * spec.imageChannels * stemChannels + 2 * stemChannels;
  let widths: readonly [number, number] = [stemChannels, stemChannels];
  let channels = spec.initChannels;
  for (let index = 0; index < spec.cellCount; index++) {
    const isReduction = isReductionCell(index, spec.cellCount);
    if (isReduction) channels *= 2;
    count += (widths[0] + widths[1]) * channels;
    count += copies * edges * (102 * channels + 6 * channels ** 2);
    if (isReduction) count += copies * 8 * channels ** 2;
    widths = [widths[1], 4 * channels];
  }
  return count + widths[1] * spec.classCount + spec.classCount;
}

/** For each edge the softmax over its candidates of architecture values that are nearly alike, as at the start of a search. */
export function softmaxWeights(cells: ComputedCells, draws: RandomStream): { readonly [K in CellKind]: Float64Array } {
  const ofNode = (candidates: readonly OfferedCandidate[]): number[] => {
    const powers = candidates.map(() => Math.exp(1e-3 * draws.normal()));
    const totals = candidates.map(({ source }) =>
      powers.reduce((total, power, k) => (candidates[k]!.source === source ? total + power : total), 0),
    );
    return powers.map((power, k) => power / totals[k]!);
  };
  return {
    normal: Float64Array.from(cells.normal.flatMap(ofNode)),
    reduce: Float64Array.from(cells.reduce.flatMap(ofNode)),
  };
}
