/**
 * @file One pass of dictionary learning over measurements: their codes are recovered, and then each column that some code uses becomes the direction
 * that leaves the least of them (K-SVD, Aharon, Elad and Bruckstein 2006, with the single power step of Rubinstein, Zibulevsky and Elad 2008).
 */
import { debias } from "./debiased-weights.ts";
import type { Dictionary } from "./dictionary.ts";
import { columnOf, dot, residualNormOf, residualOf } from "./products.ts";
import { type RecoverOptions, recover } from "./recover.ts";

export interface LearnedDictionary {
  /** Columns that were learned have length 1, the others are as they were. */
  readonly dictionary: Dictionary;
  /** Root mean square of ||A z - b|| / ||b|| over the measurements, of their codes on the support, once it was learned. */
  readonly residual: number;
}

/** Largest |cosine| between a column that is learned and another: with more, codes could no longer be told apart. */
const MOST_ALIKE = 0.95;

interface Signal {
  /** b / ||b||: what counts is where it points. */
  readonly measurement: Float64Array;
  /** On its support. */
  readonly code: Float64Array;
}

/**
 * A dictionary that explains `measurements`, each of length rows, better than the given one with as many entries a code. Measurements of zeros do not
 * count. A column that would come too near to another (|cosine| above 0.95) stays.
 * @throws what `recover` throws.
 */
export function learnDictionary(
  dictionary: Dictionary,
  measurements: readonly ArrayLike<number>[],
  options: RecoverOptions,
): LearnedDictionary {
  const { rows, columns } = dictionary;
  const learned: Dictionary = { rows, columns, values: dictionary.values.slice() };
  const signals = measurements.flatMap((measurement) => signalOf(learned, measurement, options));
  for (let column = 0; column < columns; column++) improveColumn(learned, column, signals);
  const square = signals.reduce(
    (sum, { measurement, code }) => sum + residualNormOf(learned, measurement, code) ** 2,
    0,
  );
  return { dictionary: learned, residual: signals.length === 0 ? 0 : Math.sqrt(square / signals.length) };
}

/** None for zeros. */
function signalOf(dictionary: Dictionary, given: ArrayLike<number>, options: RecoverOptions): readonly Signal[] {
  const vector = Float64Array.from(given);
  const length = Math.sqrt(dot(vector, vector));
  if (length === 0) return [];
  const measurement = vector.map((value) => value / length);
  const { truncated } = debias(dictionary, measurement, recover(dictionary, measurement, options));
  return [{ measurement, code: truncated }];
}

/** One power step towards the column, and entries of codes beside it, that leave least; in place. */
function improveColumn(dictionary: Dictionary, column: number, signals: readonly Signal[]): void {
  const users = signals.filter(({ code }) => code[column] !== 0);
  if (users.length === 0) return;
  const { rows, columns, values } = dictionary;
  // What the other columns leave of each measurement.
  const rests = users.map(({ measurement, code }) => {
    const others = code.slice();
    others[column] = 0;
    return residualOf(dictionary, measurement, others);
  });
  const direction = new Float64Array(rows);
  for (const [k, rest] of rests.entries()) {
    for (let i = 0; i < rows; i++) direction[i] += users[k]!.code[column]! * rest[i]!;
  }
  const length = Math.sqrt(dot(direction, direction));
  if (length === 0) return;
  for (let i = 0; i < rows; i++) direction[i] /= length;
  if (mostAlike(dictionary, column, direction) > MOST_ALIKE) return;
  for (let i = 0; i < rows; i++) values[i * columns + column] = direction[i]!;
  for (const [k, rest] of rests.entries()) users[k]!.code[column] = dot(direction, rest);
}

/** Largest |cosine| of a direction with the columns but one. */
function mostAlike(dictionary: Dictionary, except: number, direction: Float64Array): number {
  let largest = 0;
  for (let j = 0; j < dictionary.columns; j++) {
    if (j === except) continue;
    const other = columnOf(dictionary, j);
    const length = Math.sqrt(dot(other, other));
    if (length > 0) largest = Math.max(largest, Math.abs(dot(other, direction)) / length);
  }
  return largest;
}
