/**
 * @file The dictionary A of a choice group: one column per candidate, far fewer rows than columns, drawn once and then fixed.
 *
 * The published code draws every entry from U[0,1). Its columns all point into the same orthant (mean cosine about 0.76 at 7
 * rows), which sparse recovery dislikes; the two Gaussian distributions are here to compare with it.
 */
import { IstaNasError } from "../error.ts";
import type { RandomStream } from "../random/index.ts";

/**
 * `uniform`: entries from U[0,1), as published. `gaussian`: entries from N(0,1) / sqrt(rows), so that columns have length 1
 * on average. `unit-norm`: the same with every column scaled to length 1.
 */
export type DictionaryDistribution = "uniform" | "gaussian" | "unit-norm";

const DISTRIBUTIONS: readonly DictionaryDistribution[] = ["uniform", "gaussian", "unit-norm"];

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
 * @throws `E_DICTIONARY_SHAPE` unless rows and columns are positive integers; `E_DICTIONARY_DISTRIBUTION` for an unknown name.
 */
export function createDictionary(options: CreateDictionaryOptions): Dictionary {
  const { rows, columns, distribution, stream } = options;
  assertCount("rows", rows);
  assertCount("columns", columns);
  if (!DISTRIBUTIONS.includes(distribution)) {
    throw new IstaNasError(
      `dictionary: distribution got "${distribution}", expected one of ${DISTRIBUTIONS.join(", ")}`,
      {
        code: "E_DICTIONARY_DISTRIBUTION",
        kind: "usage",
      },
    );
  }
  const values = new Float64Array(rows * columns);
  if (distribution === "uniform") {
    for (let i = 0; i < values.length; i++) values[i] = stream.uniform();
  } else {
    const scale = 1 / Math.sqrt(rows);
    for (let i = 0; i < values.length; i++) values[i] = stream.normal() * scale;
    if (distribution === "unit-norm") normalizeColumns(values, rows, columns);
  }
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

/** Columns of length zero, which a Gaussian draw all but never gives, stay as they are. */
function normalizeColumns(values: Float64Array, rows: number, columns: number): void {
  for (let j = 0; j < columns; j++) {
    let square = 0;
    for (let i = 0; i < rows; i++) square += values[i * columns + j] ** 2;
    if (square === 0) continue;
    const length = Math.sqrt(square);
    for (let i = 0; i < rows; i++) values[i * columns + j] /= length;
  }
}

function assertCount(name: string, count: number): void {
  if (!Number.isSafeInteger(count) || count < 1) throw shapeError(`${name} got ${count}`, "a positive integer");
}

function shapeError(got: string, expected: string): IstaNasError {
  return new IstaNasError(`dictionary: ${got}, expected ${expected}`, { code: "E_DICTIONARY_SHAPE", kind: "usage" });
}
