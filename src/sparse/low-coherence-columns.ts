/**
 * @file Columns of length 1 whose largest |cosine| is small: from random ones by descent on sum over pairs of |cosine|^p with p growing, which
 * tends to the largest alone. No closed form is known for most shapes; Tropp, Dhillon, Heath and Strohmer (2005) alternate projections to the same
 * end. Additions, multiplications and square roots alone, so that a stream gives the same bits everywhere.
 */

/** Powers of the cosines, relative to the largest: 4, 8, 16, ... */
const STAGES = 6;
const STEPS_PER_STAGE = 100;
/** How far the column that moves most goes in the first step; halved from stage to stage, falling to 0 within each. */
const FIRST_STEP = 0.5;

/**
 * The best columns on the way, `[rows, columns]`, row-major, from columns of length 1. For columns > rows; others can be orthogonal.
 */
export function lowerCoherence(start: Float64Array, rows: number, columns: number): Float64Array {
  // Column by column, which the loops want.
  const vectors = Array.from({ length: columns }, (_, j) =>
    Float64Array.from({ length: rows }, (_unused, i) => start[i * columns + j]!),
  );
  let best = { coherence: Infinity, vectors: vectors.map((vector) => vector.slice()) };
  for (let stage = 0; stage < STAGES; stage++) {
    for (let step = 0; step < STEPS_PER_STAGE; step++) {
      const cosines = cosinesOf(vectors);
      const coherence = largestOffDiagonal(cosines);
      if (coherence < best.coherence) best = { coherence, vectors: vectors.map((vector) => vector.slice()) };
      if (coherence === 0) break;
      const reach = (FIRST_STEP / 2 ** stage) * (1 - step / STEPS_PER_STAGE);
      moveApart(vectors, cosines, { coherence, squarings: stage + 1, reach });
    }
  }
  const values = new Float64Array(rows * columns);
  for (const [j, vector] of best.vectors.entries()) {
    for (let i = 0; i < rows; i++) values[i * columns + j] = vector[i]!;
  }
  return values;
}

function cosinesOf(vectors: readonly Float64Array[]): readonly Float64Array[] {
  return vectors.map((left) =>
    Float64Array.from(vectors, (right) => {
      let sum = 0;
      for (let i = 0; i < left.length; i++) sum += left[i]! * right[i]!;
      return sum;
    }),
  );
}

function largestOffDiagonal(cosines: readonly Float64Array[]): number {
  let largest = 0;
  for (const [j, row] of cosines.entries()) {
    for (let k = 0; k < j; k++) largest = Math.max(largest, Math.abs(row[k]!));
  }
  return largest;
}

interface Move {
  readonly coherence: number;
  /** p = 2^(squarings + 1). */
  readonly squarings: number;
  readonly reach: number;
}

/** One step down the gradient along the sphere, the same factor for all columns. */
function moveApart(
  vectors: readonly Float64Array[],
  cosines: readonly Float64Array[],
  { coherence, squarings, reach }: Move,
): void {
  const slopes = vectors.map((vector, j) => {
    const slope = new Float64Array(vector.length);
    for (const [k, other] of vectors.entries()) {
      if (k === j) continue;
      const ratio = cosines[j]![k]! / coherence;
      let power = ratio * ratio;
      for (let squaring = 0; squaring < squarings; squaring++) power *= power;
      for (let i = 0; i < slope.length; i++) slope[i]! += power * ratio * other[i]!;
    }
    let along = 0;
    for (let i = 0; i < slope.length; i++) along += slope[i]! * vector[i]!;
    for (let i = 0; i < slope.length; i++) slope[i]! -= along * vector[i]!;
    return slope;
  });
  const steepest = Math.max(...slopes.map(lengthOf));
  if (steepest === 0) return;
  for (const [j, vector] of vectors.entries()) {
    for (let i = 0; i < vector.length; i++) vector[i]! -= (reach / steepest) * slopes[j]![i]!;
    const length = lengthOf(vector);
    for (let i = 0; i < vector.length; i++) vector[i]! /= length;
  }
}

function lengthOf(vector: Float64Array): number {
  let square = 0;
  for (const entry of vector) square += entry * entry;
  return Math.sqrt(square);
}
