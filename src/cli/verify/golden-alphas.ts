/** @file The golden network's mixture weights: PyTorch keeps one vector a kind of cell, two entries for each of its four nodes. */
import type { MixtureWeights } from "../../network/index.ts";
import { CELL_KINDS, type CellKind } from "../../spaces/darts/index.ts";
import type { GoldenTensors } from "./golden-tensors.ts";

const NODES = 4;
const KEPT = 2;

/** A vector of its own for each node of both cells. */
export function goldenAlphas(golden: GoldenTensors): readonly Float64Array[] {
  return CELL_KINDS.flatMap((kind) => {
    const values = Float64Array.from(golden.get(`param/alpha_${kind}`).data);
    return Array.from({ length: NODES }, (_, node) => values.slice(node * KEPT, (node + 1) * KEPT));
  });
}

/** One vector a kind of cell again. */
export function joinedAlphas(weights: MixtureWeights): Readonly<Record<CellKind, readonly number[]>> {
  const join = (first: number) => weights.slice(first, first + NODES).flatMap((values) => Array.from(values));
  return { normal: join(0), reduce: join(NODES) };
}
