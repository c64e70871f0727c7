/** @file The order of dimensions in another engine. */
import { elementCount, type Shape } from "../../src/graph/index.ts";

export interface Layout {
  /** Dimension k there is dimension `order[k]` here. */
  readonly order: readonly number[];
  /** The shape there; may have more or fewer dimensions. */
  readonly shape: Shape;
}

/** @param shape of this engine */
export function toLayout(values: Float32Array, shape: Shape, { order }: Layout): Float32Array {
  return permuted(values, shape, order);
}

/** @param shape of this engine */
export function fromLayout(values: Float32Array, shape: Shape, { order }: Layout): Float32Array {
  const there = order.map((dimension) => shape[dimension]!);
  const back = order.map((_, dimension) => order.indexOf(dimension));
  return permuted(values, there, back);
}

function permuted(values: Float32Array, shape: Shape, order: readonly number[]): Float32Array {
  const strides = shape.map((_, k) => elementCount(shape.slice(k + 1)));
  const extents = order.map((dimension) => shape[dimension]!);
  const steps = order.map((dimension) => strides[dimension]!);
  const result = new Float32Array(values.length);
  const position = extents.map(() => 0);
  let from = 0;
  for (let to = 0; to < result.length; to++) {
    result[to] = values[from]!;
    for (let k = extents.length - 1; k >= 0; k--) {
      from += steps[k]!;
      position[k]!++;
      if (position[k]! < extents[k]!) break;
      from -= steps[k]! * extents[k]!;
      position[k] = 0;
    }
  }
  return result;
}
