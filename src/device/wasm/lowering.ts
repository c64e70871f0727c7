/**
 * @file What the `wasm` device must know of an operation: how it becomes kernel calls, and whether its threads meet.
 */
import type { Value } from "../../graph/index.ts";
import type { Instruction } from "./instruction.ts";

export interface LoweringContext<A> {
  readonly attributes: A;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** Byte address of a value in the shared memory, a multiple of 64. */
  address(value: Value): number;
  /** Whether axis 0 of a value is the batch and each image's part is written by the thread that owns the image. */
  isPerImage(value: Value): boolean;
  /**
   * Byte address of shared space for partial sums of this operation, a multiple of 64. It alternates between two
   * halves, so that one barrier between writing and reading is enough: the next operation writes to the other half.
   * Never call it in an operation that does not synchronize. Multiple calls within one operation give disjoint parts.
   */
  workspace(bytes: number): number;
  /** Byte address, a multiple of 64, of constants that the device puts into the shared memory before each run. */
  table(words: Uint32Array | Float32Array): number;
  /** Asks that each thread's own scratch (the first argument of every kernel) has at least this many bytes. */
  scratch(bytes: number): void;
}

export interface Lowering<A> {
  /** Whether the instructions contain a barrier. */
  synchronizes: boolean;
  lower(context: LoweringContext<A>): readonly Instruction[];
}

/** A lowering for each operation of a family of attributes. */
export type LoweringsOf<T> = { readonly [K in keyof T]: Lowering<T[K]> };
