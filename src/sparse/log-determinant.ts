/** @file The logarithm of the determinant of a symmetric matrix without negative eigenvalues, by Cholesky's factors: the product itself overflows. */

/** Pivots below this share of the largest entry of the diagonal, times the size, are rounding. */
const ROUNDING = 2 ** -52;

/** Of a symmetric positive semi-definite `[size, size]` matrix, row-major, which stays as it is; -Infinity where it is singular to rounding. */
export function logDeterminant(matrix: Float64Array, size: number): number {
  const factor = matrix.slice();
  let largest = 0;
  for (let p = 0; p < size; p++) largest = Math.max(largest, matrix[p * size + p]!);
  const least = size * ROUNDING * largest;
  let sum = 0;
  for (let column = 0; column < size; column++) {
    let pivot = factor[column * size + column]!;
    for (let k = 0; k < column; k++) pivot -= factor[column * size + k]! ** 2;
    if (!(pivot > least)) return -Infinity;
    sum += Math.log(pivot);
    const root = Math.sqrt(pivot);
    for (let row = column + 1; row < size; row++) {
      let entry = factor[row * size + column]!;
      for (let k = 0; k < column; k++) entry -= factor[row * size + k]! * factor[column * size + k]!;
      factor[row * size + column] = entry / root;
    }
  }
  return sum;
}
