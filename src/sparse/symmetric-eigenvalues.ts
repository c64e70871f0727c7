/**
 * @file Eigenvalues of a small symmetric matrix by cyclic Jacobi rotations, which reach rounding in a handful of sweeps. Power iteration
 * would come from below and stop short.
 */

const SWEEP_LIMIT = 60;

/** The eigenvalues of a symmetric `[size, size]` matrix, row-major, in no order, to 1e-13 of the largest. The matrix is worked on in place. */
export function symmetricEigenvalues(matrix: Float64Array, size: number): Float64Array {
  for (let sweep = 0; sweep < SWEEP_LIMIT && !isDiagonal(matrix, size); sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) rotate(matrix, size, p, q);
    }
  }
  return Float64Array.from({ length: size }, (_, p) => matrix[p * size + p]!);
}

/** By Gershgorin's circles: eigenvalues differ from the diagonal by less than the safety factor allows for. */
function isDiagonal(matrix: Float64Array, size: number): boolean {
  let largest = 0;
  let radius = 0;
  for (let p = 0; p < size; p++) {
    let sum = 0;
    for (let q = 0; q < size; q++) {
      if (q !== p) sum += Math.abs(matrix[p * size + q]);
    }
    radius = Math.max(radius, sum);
    largest = Math.max(largest, matrix[p * size + p]);
  }
  return radius <= 1e-13 * largest;
}

/** One Jacobi rotation that zeroes entry (p, q) of a symmetric matrix. */
function rotate(matrix: Float64Array, size: number, p: number, q: number): void {
  const off = matrix[p * size + q];
  if (off === 0) return;
  const theta = (matrix[q * size + q] - matrix[p * size + p]) / (2 * off);
  const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cosine = 1 / Math.sqrt(tangent * tangent + 1);
  const sine = tangent * cosine;
  for (let k = 0; k < size; k++) {
    const kp = matrix[k * size + p];
    const kq = matrix[k * size + q];
    matrix[k * size + p] = cosine * kp - sine * kq;
    matrix[k * size + q] = sine * kp + cosine * kq;
  }
  for (let k = 0; k < size; k++) {
    const pk = matrix[p * size + k];
    const qk = matrix[q * size + k];
    matrix[p * size + k] = cosine * pk - sine * qk;
    matrix[q * size + k] = sine * pk + cosine * qk;
  }
}
