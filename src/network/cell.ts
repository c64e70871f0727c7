/** @file One cell: two inputs brought to one width, intermediate nodes that sum their picks, concatenated to the output. */
import type { Value } from "../graph/index.ts";
import type { Candidate } from "../space/index.ts";
import type { Layers } from "./layers.ts";
import { buildPrimitive } from "./primitives.ts";

/** What a cell computes: for each intermediate node its picks, and which nodes (2 = first intermediate) are joined. */
export interface CellStructure {
  readonly nodes: readonly (readonly Candidate[])[];
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
  /** Vector that multiplies the picks, in their order, or null: plain sums. */
  readonly edgeWeights: Value | null;
  /** Makes the per-image factors of drop path for a pick, or null: no drop path. */
  readonly dropPathFactors: ((name: string) => Value) | null;
}

/** What the parameters of a pick are called, up to a dot. */
export function pickName(cell: string, node: number, { source, primitive }: Candidate): string {
  return `${cell}.nodes.${node}.from${source}.${primitive}`;
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
  let entry = 0;
  for (const [node, picks] of structure.nodes.entries()) {
    const outputs = picks.map(({ source, primitive }) => {
      const stride = isReduction && source < 2 ? 2 : 1;
      const pick = pickName(name, node, { source, primitive });
      const output = buildPrimitive(layers, pick, primitive, states[source]!, { ...options, stride });
      const isIdentity = output === states[source];
      if (options.dropPathFactors === null || isIdentity) return output;
      return layers.graph.apply("dropPath", [output, options.dropPathFactors(`dropPath/${pick}`)], {});
    });
    const entries = outputs.map(() => entry++);
    states.push(
      options.edgeWeights === null
        ? layers.graph.apply("sum", outputs, { coefficients: outputs.map(() => 1) })
        : layers.graph.apply("weightedSum", [options.edgeWeights, ...outputs], { entries }),
    );
  }
  const joined = structure.concat.map((node) => states[node]!);
  return layers.graph.apply("concat", joined, {});
}
