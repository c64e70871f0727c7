/** @file Mutual coherence: how alike the two most alike columns are. Recovery of s-sparse codes is sure below 1 / (2s - 1). */
import type { Dictionary } from "./dictionary.ts";
import { gram } from "./products.ts";

/** Largest |cosine| between two different columns, in [0, 1]. Columns of zeros do not count; 0 when fewer than two are left. */
export function mutualCoherence(dictionary: Dictionary): number {
  const { columns } = dictionary;
  const products = gram(dictionary);
  let largest = 0;
  for (let j = 0; j < columns; j++) {
    for (let k = j + 1; k < columns; k++) {
      const lengths = Math.sqrt(products[j * columns + j]) * Math.sqrt(products[k * columns + k]);
      if (lengths > 0) largest = Math.max(largest, Math.abs(products[j * columns + k]) / lengths);
    }
  }
  return Math.min(largest, 1);
}
