/** @file What the reference device must know of an operation: plain loops over float64 arrays. */
import type { Shape } from "../../graph/index.ts";

/** A row-major view of a value. */
export interface Tensor {
  readonly shape: Shape;
  readonly data: Float64Array;
}

/**
 * Computes all outputs of one operation. Outputs hold rubbish before the call and never overlap inputs; an input
 * changes only where the operation's rule says so.
 */
export type Kernel<A> = (inputs: readonly Tensor[], outputs: readonly Tensor[], attributes: A) => void;

/** A kernel for each operation of a family of attributes. */
export type KernelsOf<T> = { readonly [K in keyof T]: Kernel<T[K]> };
