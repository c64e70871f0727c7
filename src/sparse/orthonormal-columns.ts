/** @file Columns of length 1 that are orthogonal to each other, in random directions. */
import type { RandomStream } from "../random/index.ts";

/** `columns` <= `rows` of them, `[rows, columns]`, row-major: normal draws, column by column, each without its part along those before it. */
export function orthonormalColumns(rows: number, columns: number, stream: RandomStream): Float64Array {
  const basis: Float64Array[] = [];
  while (basis.length < columns) {
    const vector = Float64Array.from({ length: rows }, () => stream.normal());
    // Twice: the first pass leaves rounding in proportion to what it takes away.
    for (let pass = 0; pass < 2; pass++) {
      for (const direction of basis) {
        let along = 0;
        for (let i = 0; i < rows; i++) along += vector[i]! * direction[i]!;
        for (let i = 0; i < rows; i++) vector[i]! -= along * direction[i]!;
      }
    }
    const length = Math.sqrt(vector.reduce((sum, entry) => sum + entry * entry, 0));
    if (length > 0) basis.push(vector.map((entry) => entry / length));
  }
  const values = new Float64Array(rows * columns);
  for (const [j, direction] of basis.entries()) {
    for (let i = 0; i < rows; i++) values[i * columns + j] = direction[i]!;
  }
  return values;
}
