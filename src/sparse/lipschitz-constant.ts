/**
 * @file L = largest eigenvalue of A^T A, the Lipschitz constant of the gradient A^T (A z - b); ISTA's step size is 1 / L.
 * Of A A^T or A^T A, whichever is smaller: they share their non-zero eigenvalues.
 */
import type { Dictionary } from "./dictionary.ts";
import { gram } from "./products.ts";
import { symmetricEigenvalues } from "./symmetric-eigenvalues.ts";

/** Lifts the value above the error of the rotations, so that 1 / L is never longer than allowed. */
const SAFETY = 1 + 1e-12;

/** Largest eigenvalue of A^T A, rounded up by a factor 1 + 1e-12; 0 for a dictionary of zeros. */
export function lipschitzConstant(dictionary: Dictionary): number {
  const smaller = dictionary.columns <= dictionary.rows ? dictionary : transposed(dictionary);
  const eigenvalues = symmetricEigenvalues(gram(smaller), smaller.columns);
  return Math.max(0, ...eigenvalues) * SAFETY;
}

function transposed(dictionary: Dictionary): Dictionary {
  const { rows, columns, values } = dictionary;
  const turned = new Float64Array(values.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) turned[j * rows + i] = values[i * columns + j];
  }
  return { rows: columns, columns: rows, values: turned };
}
