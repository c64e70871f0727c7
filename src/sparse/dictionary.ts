/**
 * @file The dictionary A of a choice group: one column per candidate, far fewer rows than columns.
 *
 * The published code draws every entry from U[0,1). Its columns all point into the same orthant (mean cosine about 0.76 at 7
 * rows), which sparse recovery dislikes; the others are here to compare with it.
 */
import { IstaNasError } from "../error.ts";
import type { RandomStream } from "../random/index.ts";
import { lowerCoherence } from "./low-coherence-columns.ts";
import { orthonormalColumns } from "./orthonormal-columns.ts";
import { simplexColumns } from "./simplex-columns.ts";

/**
 * `uniform`: entries from U[0,1), as published. `gaussian`: entries from N(0,1) / sqrt(rows), so that columns have length 1
 * on average. `unit-norm`: the same with every column scaled to length 1. `low-coherence`: columns of length 1 whose largest |cosine| is made small;
 * orthogonal ones if there are enough rows. `simplex`: columns at equal angles, for rows >= columns - 1. `identity`: no compression, for rows = columns.
 */
export type DictionaryDistribution = "uniform" | "gaussian" | "unit-norm" | "low-coherence" | "simplex" | "identity";

type Draw = (rows: number, columns: number, stream: RandomStream) => Float64Array;

const DRAWS: Readonly<Record<DictionaryDistribution, Draw>> = {
  uniform: (rows, columns, stream) => Float64Array.from({ length: rows * columns }, () => stream.uniform()),
  gaussian,
  "unit-norm": (rows, columns, stream) => normalizeColumns(gaussian(rows, columns, stream), rows, columns),
  "low-coherence": (rows, columns, stream) =>
    columns <= rows
      ? orthonormalColumns(rows, columns, stream)
      : lowerCoherence(DRAWS["unit-norm"](rows, columns, stream), rows, columns),
  simplex: simplexColumns,
  identity,
};

export const DICTIONARY_DISTRIBUTIONS = Object.keys(DRAWS) as readonly DictionaryDistribution[];

/** A matrix `[rows, columns]`, float64, row-major: entry (i, j) is `values[i * columns + j]`. */
export interface Dictionary {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
  /** How the entries were drawn; absent when they were handed over. */
  readonly distribution?: DictionaryDistribution;
}

export interface CreateDictionaryOptions {
  /** Length of a measurement (7 in the published code). */
  readonly rows: number;
  /** Number of candidates of the choice group. */
  readonly columns: number;
  readonly distribution: DictionaryDistribution;
  /** Where the entries come from, read row by row. */
  readonly stream: RandomStream;
}

/**
 * Draws a dictionary. The same stream gives the same bits on every machine. `rows` may exceed `columns`.
 * @throws `E_DICTIONARY_SHAPE` unless rows and columns are positive integers that the distribution allows; `E_DICTIONARY_DISTRIBUTION` for an
 * unknown name.
 */
export function createDictionary(options: CreateDictionaryOptions): Dictionary {
  const { rows, columns, distribution, stream } = options;
  assertCount("rows", rows);
  assertCount("columns", columns);
  if (!DICTIONARY_DISTRIBUTIONS.includes(distribution)) {
    throw new IstaNasError(
      `dictionary: distribution got "${distribution}", expected one of ${DICTIONARY_DISTRIBUTIONS.join(", ")}`,
      {
        code: "E_DICTIONARY_DISTRIBUTION",
        kind: "usage",
      },
    );
  }
  const values = DRAWS[distribution](rows, columns, stream);
  return { rows, columns, values, distribution };
}

/**
 * A dictionary from its rows, copied.
 * @throws `E_DICTIONARY_SHAPE` when there is no row or column, or rows differ in length; `E_DICTIONARY_ENTRY` for an entry
 * that is not a finite number.
 */
export function dictionaryFromRows(entries: readonly (readonly number[])[]): Dictionary {
  const rows = entries.length;
  const columns = entries[0]?.length ?? 0;
  assertCount("rows", rows);
  assertCount("columns", columns);
  const values = new Float64Array(rows * columns);
  for (const [i, row] of entries.entries()) {
    if (row.length !== columns) {
      throw shapeError(`row ${i} has ${row.length} entries`, `${columns} as in row 0`);
    }
    for (let j = 0; j < columns; j++) {
      const entry = row[j];
      if (!Number.isFinite(entry)) {
        throw new IstaNasError(`dictionary: entry (${i}, ${j}) got ${entry}, expected a finite number`, {
          code: "E_DICTIONARY_ENTRY",
          kind: "usage",
        });
      }
      values[i * columns + j] = entry!;
    }
  }
  return { rows, columns, values };
}

function gaussian(rows: number, columns: number, stream: RandomStream): Float64Array {
  const scale = 1 / Math.sqrt(rows);
  return Float64Array.from({ length: rows * columns }, () => stream.normal() * scale);
}

function identity(rows: number, columns: number): Float64Array {
  if (rows !== columns) throw shapeError(`rows got ${rows}`, `${columns} for the identity of ${columns} columns`);
  const values = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) values[i * columns + i] = 1;
  return values;
}

/** In place. Columns of length zero, which a Gaussian draw all but never gives, stay as they are. */
function normalizeColumns(values: Float64Array, rows: number, columns: number): Float64Array {
  for (let j = 0; j < columns; j++) {
    let square = 0;
    for (let i = 0; i < rows; i++) square += values[i * columns + j] ** 2;
    if (square === 0) continue;
    const length = Math.sqrt(square);
    for (let i = 0; i < rows; i++) values[i * columns + j] /= length;
  }
  return values;
}

function assertCount(name: string, count: number): void {
  if (!Number.isSafeInteger(count) || count < 1) throw shapeError(`${name} got ${count}`, "a positive integer");
}

function shapeError(got: string, expected: string): IstaNasError {
  return new IstaNasError(`dictionary: ${got}, expected ${expected}`, { code: "E_DICTIONARY_SHAPE", kind: "usage" });
}
