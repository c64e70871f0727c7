/** @file What people should know of the dictionaries that a search by sparse coding ended with. */
import { countOf } from "../count-of.ts";
import type { RecoveryPremise } from "../sparse/index.ts";
import type { CompressionOptions } from "./compression-options.ts";

/** Of the dictionary of one choice group. */
export interface GroupPremise extends RecoveryPremise {
  readonly group: string;
  readonly rows: number;
  readonly columns: number;
  /** Candidates that are kept. */
  readonly sparsity: number;
}

/**
 * A line each: sets of columns that depend on each other, and a coherence with which the LASSO can miss a code. The published dictionaries have the
 * latter in every run; of them it is left to `summary.json` and the documentation.
 */
export function premiseRemarks(
  premises: readonly GroupPremise[],
  { dictionary, measurements }: CompressionOptions,
): readonly string[] {
  const dependent = premises.filter(({ isDependent }) => isDependent);
  const isPublished = dictionary === "uniform" && measurements === 7;
  const coherent = isPublished ? [] : premises.filter(({ coherence, coherenceBound }) => coherence >= coherenceBound);
  return [
    ...(dependent.length === 0
      ? []
      : [
          `codes can share a measurement: of the dictionaries of ${namesOf(dependent)} some ${Math.min(2 * dependent[0]!.sparsity, dependent[0]!.columns)} columns depend on each other, which Proposition 1 excludes; take another --dictionary or more --measurements`,
        ]),
    ...(coherent.length === 0
      ? []
      : [
          `recovery is not sure: the largest cosine of two columns is ${rangeOf(coherent)} in ${coherent.length} of ${countOf(premises.length, "dictionary")}, expected below ${coherent[0]!.coherenceBound.toFixed(3)} where ${coherent[0]!.sparsity} candidates are kept; more --measurements lower it`,
        ]),
  ];
}

function namesOf(premises: readonly GroupPremise[]): string {
  return premises.map(({ group }) => group).join(", ");
}

function rangeOf(premises: readonly GroupPremise[]): string {
  const sizes = premises.map(({ coherence }) => coherence);
  const [least, most] = [Math.min(...sizes).toFixed(3), Math.max(...sizes).toFixed(3)];
  return least === most ? least : `${least} to ${most}`;
}
