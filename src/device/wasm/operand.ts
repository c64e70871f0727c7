/** @file What the argument of a kernel may be before memory is laid out. */
import type { Value } from "../../graph/index.ts";

/** A number, or the byte address of something that has no place yet. */
export type Operand = number | ValueOperand | TableOperand | WorkspaceOperand;

export interface ValueOperand {
  readonly kind: "value";
  readonly value: Value;
  readonly offset: number;
}

export interface TableOperand {
  readonly kind: "table";
  /** Which table. */
  readonly index: number;
  readonly offset: number;
}

export interface WorkspaceOperand {
  readonly kind: "workspace";
  readonly half: 0 | 1;
  readonly offset: number;
}

/** The same place, `bytes` later. */
export function shifted<T extends Exclude<Operand, number>>(operand: T, bytes: number): T {
  return { ...operand, offset: operand.offset + bytes };
}
