/**
 * @file Whether a dictionary keeps what Proposition 1 and the decoder need (docs/proposition-1.md): any 2s columns independent, so that no two codes
 * with s entries have one measurement, and a mutual coherence below 1 / (2s - 1), where the LASSO is sure to find them.
 */
import type { RandomStream } from "../random/index.ts";
import type { Dictionary } from "./dictionary.ts";
import { mutualCoherence } from "./mutual-coherence.ts";
import { gram } from "./products.ts";
import { symmetricEigenvalues } from "./symmetric-eigenvalues.ts";

export interface RecoveryPremise {
  /** Largest |cosine| of two columns. */
  readonly coherence: number;
  /** 1 / (2s - 1): below it the LASSO finds every code with s entries. */
  readonly coherenceBound: number;
  /** Smallest singular value of 2s columns (all, if there are fewer) scaled to length 1, in the sets that were looked at. */
  readonly smallestSingularValue: number;
  /** Whether some set that was looked at depends linearly. */
  readonly isDependent: boolean;
}

/** Sets that are looked at: all, if there are no more, else as many random ones; fewer where each takes long. */
const MOST_SETS = 4096;
const MOST_WORK = 2 ** 19;

/** Below this, singular values are those of rounding. */
const DEPENDENCE = 1e-6;

/** `sparsity`: s. `stream`: which sets are looked at where there are too many. */
export function recoveryPremise(dictionary: Dictionary, sparsity: number, stream: RandomStream): RecoveryPremise {
  const { rows, columns } = dictionary;
  const size = Math.min(2 * sparsity, columns);
  const cosines = cosinesOf(dictionary);
  let smallest = size > rows ? 0 : Infinity;
  if (size <= rows) {
    for (const set of setsOf(columns, size, stream))
      smallest = Math.min(smallest, smallestEigenvalue(cosines, columns, set));
  }
  const smallestSingularValue = Math.sqrt(Math.max(0, smallest));
  return {
    coherence: mutualCoherence(dictionary),
    coherenceBound: 1 / (2 * sparsity - 1),
    smallestSingularValue,
    isDependent: smallestSingularValue < DEPENDENCE,
  };
}

/** A^T A of columns scaled to length 1; zeros stay. */
function cosinesOf(dictionary: Dictionary): Float64Array {
  const { columns } = dictionary;
  const products = gram(dictionary);
  const lengths = Array.from({ length: columns }, (_, j) => Math.sqrt(products[j * columns + j]!));
  return products.map((product, index) => {
    const scale = lengths[Math.floor(index / columns)]! * lengths[index % columns]!;
    return scale === 0 ? 0 : product / scale;
  });
}

function smallestEigenvalue(cosines: Float64Array, columns: number, set: readonly number[]): number {
  const matrix = Float64Array.from(set.flatMap((j) => set.map((k) => cosines[j * columns + k]!)));
  return symmetricEigenvalues(matrix, set.length).reduce((least, value) => Math.min(least, value), Infinity);
}

/** Sets of `size` of the columns: all, or random ones. */
function* setsOf(columns: number, size: number, stream: RandomStream): Generator<readonly number[]> {
  const most = Math.max(1, Math.min(MOST_SETS, Math.floor(MOST_WORK / size ** 3)));
  if (hasAtMost(columns, size, most)) {
    yield* combinations(columns, size);
    return;
  }
  const order = Array.from({ length: columns }, (_, j) => j);
  for (let set = 0; set < most; set++) yield stream.shuffle(order).slice(0, size);
}

/** Whether there are at most so many sets of `size` of `columns`. */
function hasAtMost(columns: number, size: number, most: number): boolean {
  let count = 1;
  for (let k = 1; k <= Math.min(size, columns - size); k++) {
    count = (count * (columns - k + 1)) / k;
    if (count > most) return false;
  }
  return true;
}

/** In lexicographic order. */
function* combinations(columns: number, size: number, first = 0): Generator<readonly number[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let j = first; j <= columns - size; j++) {
    for (const rest of combinations(columns, size - 1, j + 1)) yield [j, ...rest];
  }
}
