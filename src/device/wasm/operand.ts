/** @file What the argument of a kernel may be before memory is laid out. */
import type { Value } from "../../graph/index.ts";

/** A number, or the byte address of something that has no place yet. */
export type Operand = number | ValueOperand | TableOperand | WorkspaceOperand | VectorPairsOperand;

export interface ValueOperand {
  readonly kind: "value";
  readonly value: Value;
  readonly offset: number;
}

/** Words of 32 bits that the device puts into the shared memory before each run; numbers among operands are unsigned. */
export type TableWords = Float32Array | readonly Operand[];

export interface TableOperand {
  readonly kind: "table";
  /** The same words are the same table. */
  readonly words: TableWords;
  readonly offset: number;
}

export interface WorkspaceOperand {
  readonly kind: "workspace";
  readonly half: 0 | 1;
  readonly offset: number;
}

/** 1 where the engine that will run the program joins pairs of vectors, else 0. */
export interface VectorPairsOperand {
  readonly kind: "vectorPairs";
}

export const VECTOR_PAIRS: VectorPairsOperand = { kind: "vectorPairs" };

/** The same place, `bytes` later. */
export function shifted<T extends ValueOperand | TableOperand | WorkspaceOperand>(operand: T, bytes: number): T {
  return { ...operand, offset: operand.offset + bytes };
}

/** Adds to `values` those that an instruction reads or writes through this argument, itself or by a table. */
export function addValues(operand: Operand, values: Value[]): void {
  if (typeof operand === "number") return;
  if (operand.kind === "value") values.push(operand.value);
  else if (operand.kind === "table" && !(operand.words instanceof Float32Array)) {
    for (const word of operand.words) addValues(word, values);
  }
}
