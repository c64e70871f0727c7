/** @file Static shapes. Images are `[N, H, W, C]`, so that channels are the vector lanes of every kernel. */
import { IstaNasError } from "../error.ts";

export type Shape = readonly number[];

/** Number of elements of a tensor; 1 for a scalar shape `[]`. */
export function elementCount(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

export function formatShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** A shape error inside the graph is our bug: the layers above check what people hand in. */
export function shapeError(where: string, got: string, expected: string): IstaNasError {
  return new IstaNasError(`internal: ${where}: got ${got}, expected ${expected}`, {
    code: "E_GRAPH_SHAPE",
    kind: "internal",
  });
}

/** Returns `shape` as a tuple of the wanted rank. Throws `E_GRAPH_SHAPE`. */
export function expectRank(where: string, shape: Shape | undefined, rank: number): Shape {
  if (shape === undefined || shape.length !== rank) {
    throw shapeError(where, shape === undefined ? "no input" : `shape ${formatShape(shape)}`, `rank ${rank}`);
  }
  return shape;
}

/** Throws `E_GRAPH_SHAPE` unless both shapes are the same. */
export function expectSameShape(where: string, got: Shape, expected: Shape): void {
  if (got.length !== expected.length || got.some((extent, axis) => extent !== expected[axis])) {
    throw shapeError(where, formatShape(got), formatShape(expected));
  }
}

/** Number of window positions along one axis. */
export function windowCount(extent: number, size: number, stride: number, padding: number, dilation = 1): number {
  return Math.floor((extent + 2 * padding - dilation * (size - 1) - 1) / stride) + 1;
}
