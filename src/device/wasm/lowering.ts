/**
 * @file What the `wasm` device must know of an operation: how it becomes kernel calls, whether its threads meet, and when its output is
 * made.
 */
import type { NodeOf, OpKind, Value } from "../../graph/index.ts";
import type { InstructionOf } from "./instruction.ts";
import type { Operand, TableOperand, TableWords, ValueOperand, WorkspaceOperand } from "./operand.ts";
import type { Reading } from "./reading.ts";

/** An instruction whose values have no places yet. */
export type Draft = InstructionOf<Operand>;

export interface LoweringContext<A> {
  readonly attributes: A;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** How an input is to be read, where that is not as it is; `readThrough` says which operations must look. */
  reading(index: number): Reading | null;
  /** Where a value will be, a multiple of 64 bytes, and `offset` bytes. */
  address(value: Value, offset?: number): ValueOperand;
  /** Whether axis 0 of a value is the batch and each image's part is written by the thread that owns the image. */
  isPerImage(value: Value): boolean;
  /**
   * Shared space of this operation, a multiple of 64 bytes, for what its instructions leave for each other. What was written before a
   * barrier may be read until the next one. Every call gives a part of its own.
   */
  workspace(bytes: number): WorkspaceOperand;
  /**
   * Constants at a multiple of 64 bytes. A value that stands in a table is the same for all threads, so it costs memory for the whole
   * batch.
   */
  table(words: TableWords): TableOperand;
  /** Asks that each thread's own scratch (the first argument of every kernel) has at least this many bytes. */
  scratch(bytes: number): void;
}

/** An instruction leaves nothing in the scratch for another: other operations may come between them. */
export interface Lowered {
  readonly start?: readonly Draft[];
  /** What comes right after the next barrier; there if and only if the lowering `synchronizes`. */
  readonly finish?: readonly Draft[];
  /** What makes the first output from inputs, other outputs and the workspace; there if and only if the lowering `makesOutput`. */
  readonly output?: readonly Draft[];
}

/**
 * When the instructions of `output` are run. `once`: before the next barrier, next to the first operation that reads
 * the output. `again`: between any two barriers where it is read; it is cheaper to make it again than to write and read
 * it, and it takes no memory for the whole batch.
 */
export type OutputTime = "once" | "again";

export interface Lowering<K extends OpKind> {
  /** Whether threads must meet between the start and the finish of the operation. */
  readonly synchronizes: boolean;
  /** Without it, `start` and `finish` make all outputs. */
  makesOutput?(node: NodeOf<K>): OutputTime | null;
  lower(context: LoweringContext<NodeOf<K>["attributes"]>): Lowered;
}

/** A lowering for each operation of a family of attributes. */
export type LoweringsOf<T> = { readonly [K in keyof T & OpKind]: Lowering<K> };
