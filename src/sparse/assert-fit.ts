/** @file What weights of kept candidates are computed from has to fit the dictionary: lengths, and indices of a support. */
import { IstaNasError } from "../error.ts";
import type { Dictionary } from "./dictionary.ts";

/** Throws `E_EDGE_WEIGHTS` unless a vector has as many entries as are expected. */
export function assertLength(name: string, got: number, expected: number): void {
  if (got !== expected) throw usage(`${name} got ${got} entries, expected ${expected}`);
}

/** Throws `E_EDGE_WEIGHTS` unless all indices are those of columns. */
export function assertSupport(dictionary: Dictionary, support: readonly number[]): void {
  for (const index of support) {
    if (!(Number.isSafeInteger(index) && index >= 0 && index < dictionary.columns)) {
      throw usage(`support index got ${index}, expected an integer from 0 to ${dictionary.columns - 1}`);
    }
  }
}

function usage(message: string): IstaNasError {
  return new IstaNasError(`edge weights: ${message}`, { code: "E_EDGE_WEIGHTS", kind: "usage" });
}
