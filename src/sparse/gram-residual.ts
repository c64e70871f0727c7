/** @file The Gram residual E = A^T A - I: what the identity z = A^T b - E z (for b = A z) takes off the correlations. */
import type { Dictionary } from "./dictionary.ts";
import { gram } from "./products.ts";

/** E = A^T A - I, `[columns, columns]`, row-major, symmetric. */
export function gramResidual(dictionary: Dictionary): Float64Array {
  const residual = gram(dictionary);
  for (let j = 0; j < dictionary.columns; j++) residual[j * dictionary.columns + j] -= 1;
  return residual;
}
