/** @file The vertices of a regular simplex around 0: as many columns as there are, all at the same angle, of cosine -1 / (columns - 1). */
import { IstaNasError } from "../error.ts";
import type { RandomStream } from "../random/index.ts";
import { orthonormalColumns } from "./orthonormal-columns.ts";

/**
 * `[rows, columns]`, row-major, columns of length 1, turned at random.
 * @throws `E_DICTIONARY_SHAPE` when rows < columns - 1: so many directions at equal angles are not to be had in so few dimensions.
 */
export function simplexColumns(rows: number, columns: number, stream: RandomStream): Float64Array {
  if (columns === 1) return orthonormalColumns(rows, 1, stream);
  const dimensions = columns - 1;
  if (rows < dimensions) {
    throw new IstaNasError(
      `dictionary: rows got ${rows}, expected at least ${dimensions} for a simplex of ${columns} columns`,
      {
        ...{ code: "E_DICTIONARY_SHAPE", kind: "usage" },
        hint: `set --measurements ${dimensions}, or take --dictionary low-coherence, which comes near equal angles with fewer`,
      },
    );
  }
  const turned = orthonormalColumns(rows, dimensions, stream);
  const scale = Math.sqrt(columns / dimensions);
  const values = new Float64Array(rows * columns);
  for (let d = 0; d < dimensions; d++) {
    // Row d of the coordinates of the vertices e_j - 1/columns: Helmert's contrasts, an orthonormal basis of what is orthogonal to ones.
    const length = Math.sqrt((d + 1) * (d + 2));
    for (let j = 0; j <= d + 1; j++) {
      const coordinate = (scale * (j <= d ? 1 : -(d + 1))) / length;
      for (let i = 0; i < rows; i++) values[i * columns + j]! += turned[i * dimensions + d]! * coordinate;
    }
  }
  return values;
}
