/** @file Which choice a parameter of the super-net belongs to, read from its name. */
import type { CellKind, Primitive } from "../space/index.ts";
import { isReductionCell } from "./network.ts";

export interface ParameterGroup {
  readonly cell: CellKind;
  /** Intermediate node that the candidate feeds, from 0. */
  readonly node: number;
  readonly source: number;
  readonly primitive: Primitive;
  /** Whether it is the scale or the shift of a batch norm. */
  readonly isAffine: boolean;
}

const CANDIDATE = /^cells\.(\d+)\.nodes\.(\d+)\.from(\d+)\.([a-z_0-9]+)\.(.*)$/;

/** The candidate that owns a parameter; null for stems, preprocessing and classifiers. */
export function groupOfParameter(name: string, cellCount: number): ParameterGroup | null {
  const match = CANDIDATE.exec(name);
  if (match === null) return null;
  const [, cell, node, source, primitive, rest] = match as unknown as [
    string,
    string,
    string,
    string,
    Primitive,
    string,
  ];
  return {
    cell: isReductionCell(Number(cell), cellCount) ? "reduce" : "normal",
    node: Number(node),
    source: Number(source),
    primitive,
    isAffine: rest.endsWith(".scale") || rest.endsWith(".shift"),
  };
}
