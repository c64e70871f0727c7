/**
 * @file L = largest eigenvalue of A^T A, the Lipschitz constant of the gradient A^T (A z - b); ISTA's step size is 1 / L.
 * Cyclic Jacobi rotations on A A^T or A^T A, whichever is smaller (they share their non-zero eigenvalues). Power iteration
 * would come from below and give a step that is too long; Jacobi reaches rounding in a handful of sweeps.
 */
import type { Dictionary } from "./dictionary.ts";
import { gram } from "./products.ts";

const SWEEP_LIMIT = 60;
/** Lifts the value above the error of the rotations, so that 1 / L is never longer than allowed. */
const SAFETY = 1 + 1e-12;

/** Largest eigenvalue of A^T A, rounded up by a factor 1 + 1e-12; 0 for a dictionary of zeros. */
export function lipschitzConstant(dictionary: Dictionary): number {
  const smaller = dictionary.columns <= dictionary.rows ? dictionary : transposed(dictionary);
  const size = smaller.columns;
  const matrix = gram(smaller);
  for (let sweep = 0; sweep < SWEEP_LIMIT && !isDiagonal(matrix, size); sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) rotate(matrix, size, p, q);
    }
  }
  let largest = 0;
  for (let p = 0; p < size; p++) largest = Math.max(largest, matrix[p * size + p]);
  return largest * SAFETY;
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

function transposed(dictionary: Dictionary): Dictionary {
  const { rows, columns, values } = dictionary;
  const turned = new Float64Array(values.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) turned[j * rows + i] = values[i * columns + j];
  }
  return { rows: columns, columns: rows, values: turned };
}
