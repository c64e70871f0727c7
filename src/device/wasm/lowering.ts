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
   * Byte address of shared space of this operation, a multiple of 64, for what its instructions leave for each other.
   * What was written before a barrier may be read until the next one. Every call gives a part of its own.
   */
  workspace(bytes: number): number;
  /** Byte address, a multiple of 64, of constants that the device puts into the shared memory before each run. */
  table(words: Uint32Array | Float32Array): number;
  /** Asks that each thread's own scratch (the first argument of every kernel) has at least this many bytes. */
  scratch(bytes: number): void;
}

/** An instruction leaves nothing in the scratch for another: other operations may come between them. */
export interface Lowered {
  readonly start: readonly Instruction[];
  /** What comes after the next barrier, and writes the outputs; there if and only if the lowering `synchronizes`. */
  readonly finish?: readonly Instruction[];
}

export interface Lowering<A> {
  /** Whether threads must meet between the start and the finish of the operation. */
  synchronizes: boolean;
  lower(context: LoweringContext<A>): Lowered;
}

/** A lowering for each operation of a family of attributes. */
export type LoweringsOf<T> = { readonly [K in keyof T]: Lowering<T[K]> };
