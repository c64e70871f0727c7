/** @file One cell: two inputs brought to one width, intermediate nodes that sum what they keep, concatenated to the output. */
import type { Value } from "../../graph/index.ts";
import type { Layers, Mixtures } from "../../network/index.ts";
import { buildPrimitive } from "./build-primitive.ts";
import { type Connection, connectionName } from "./connection.ts";

/** What a cell computes: for each intermediate node the candidates that it keeps, and which nodes (2 = first intermediate) are joined. */
export interface CellStructure {
  readonly nodes: readonly (readonly Connection[])[];
  readonly concat: readonly number[];
}

export interface CellOptions {
  readonly channels: number;
  readonly isReduction: boolean;
  /** Whether the cell before this one was a reduction, so that input 0 is still twice as large. */
  readonly followsReduction: boolean;
  readonly affine: boolean;
  readonly poolNorm: boolean;
  readonly skipNorm: boolean;
  /** Choice group of each intermediate node, by its index in `mixtures`. */
  readonly groups: readonly number[];
  readonly mixtures: Mixtures;
  /** Makes the per-image factors of drop path for a kept candidate, or null: no drop path. */
  readonly dropPathFactors: ((name: string) => Value) | null;
}

/** Appends a cell to the graph: `[N, H, W, C]` twice -> `[N, H', W', concat * channels]`. */
export function buildCell(
  layers: Layers,
  name: string,
  inputs: readonly [Value, Value],
  structure: CellStructure,
  options: CellOptions,
): Value {
  const { channels, affine, isReduction } = options;
  const states = [
    options.followsReduction
      ? layers.factorizedReduce(`${name}.preprocess0`, inputs[0], channels, affine)
      : layers.reluPointwiseNorm(`${name}.preprocess0`, inputs[0], channels, affine),
    layers.reluPointwiseNorm(`${name}.preprocess1`, inputs[1], channels, affine),
  ];
  for (const [node, kept] of structure.nodes.entries()) {
    const group = options.groups[node]!;
    const outputs = kept.map((candidate, entry) => {
      const { source, primitive } = candidate;
      const stride = isReduction && source < 2 ? 2 : 1;
      const path = `${name}.nodes.${node}.from${source}.${primitive}`;
      const output = options.mixtures.keep(layers, { group, candidate: connectionName(candidate), entry }, () =>
        buildPrimitive(layers, path, primitive, states[source]!, { ...options, stride }),
      );
      const isIdentity = output === states[source];
      if (options.dropPathFactors === null || isIdentity) return output;
      return layers.graph.apply("dropPath", [output, options.dropPathFactors(`dropPath/${path}`)], {});
    });
    states.push(options.mixtures.mix(layers.graph, group, outputs));
  }
  const joined = structure.concat.map((node) => states[node]!);
  return layers.graph.apply("concat", joined, {});
}
