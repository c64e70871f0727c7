/** @file The products every sparse-coding routine is made of. Sums run in a fixed order, so results have the same bits everywhere. */
import type { Dictionary } from "./dictionary.ts";

/** Sum of products of two arrays of the same length. */
export function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < left.length; i++) sum += left[i] * right[i];
  return sum;
}

/** b - A z, of length rows. */
export function residualOf(dictionary: Dictionary, measurement: Float64Array, code: Float64Array): Float64Array {
  const { rows, columns, values } = dictionary;
  const residual = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = measurement[i];
    for (let j = 0; j < columns; j++) sum -= values[i * columns + j] * code[j];
    residual[i] = sum;
  }
  return residual;
}

/** ||b - A z||. */
export function residualNormOf(dictionary: Dictionary, measurement: ArrayLike<number>, code: Float64Array): number {
  const residual = residualOf(dictionary, Float64Array.from(measurement), code);
  return Math.sqrt(dot(residual, residual));
}

/** b = A z, of length rows. */
export function measure({ rows, columns, values }: Dictionary, code: ArrayLike<number>): Float64Array {
  const measurement = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) measurement[i] += values[i * columns + j] * code[j]!;
  }
  return measurement;
}

/** A^T v, of length columns: how far each column points along a vector of length rows. */
export function correlate(dictionary: Dictionary, vector: Float64Array): Float64Array {
  const { rows, columns, values } = dictionary;
  const correlations = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    const factor = vector[i];
    for (let j = 0; j < columns; j++) correlations[j] += values[i * columns + j] * factor;
  }
  return correlations;
}

/** One column, copied. */
export function columnOf(dictionary: Dictionary, column: number): Float64Array {
  const { rows, columns, values } = dictionary;
  const copy = new Float64Array(rows);
  for (let i = 0; i < rows; i++) copy[i] = values[i * columns + column];
  return copy;
}

/** Squared Euclidean length of every column. */
export function columnSquares(dictionary: Dictionary): Float64Array {
  const { rows, columns, values } = dictionary;
  const squares = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) squares[j] += values[i * columns + j] ** 2;
  }
  return squares;
}

/** A^T A, `[columns, columns]`, row-major, symmetric to the bit. */
export function gram(dictionary: Dictionary): Float64Array {
  const { rows, columns, values } = dictionary;
  const product = new Float64Array(columns * columns);
  for (let j = 0; j < columns; j++) {
    for (let k = j; k < columns; k++) {
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += values[i * columns + j] * values[i * columns + k];
      product[j * columns + k] = sum;
      product[k * columns + j] = sum;
    }
  }
  return product;
}
