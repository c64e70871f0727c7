/** @file Welch's bound: no dictionary of this shape has a lower mutual coherence. */

/** sqrt((columns - rows) / (rows (columns - 1))), reached by equiangular tight frames alone, which few shapes have; 0 where columns can be orthogonal. */
export function welchBound(rows: number, columns: number): number {
  return columns <= rows ? 0 : Math.sqrt((columns - rows) / (rows * (columns - 1)));
}
