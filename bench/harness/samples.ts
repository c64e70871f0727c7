/** @file Samples of a time, what is kept of them, and how they are taken. All times are milliseconds. */

export interface Timing {
  readonly min: number;
  readonly median: number;
}

export function summarise(samples: readonly number[]): Timing {
  return { min: Math.min(...samples), median: medianOf(samples) };
}

/** One timing of the timings of several rounds: the least minimum and the median of the medians. */
export function acrossRounds(rounds: readonly Timing[]): Timing {
  return { min: Math.min(...rounds.map(({ min }) => min)), median: medianOf(rounds.map(({ median }) => median)) };
}

/** `first` / `second`, by minimum and by median. */
export function ratio(first: Timing, second: Timing): Timing {
  return { min: first.min / second.min, median: first.median / second.median };
}

/** Times `runs` runs in a row, after one that does not count because caches hold what ran before. */
export async function sample(run: () => void | Promise<void>, runs: number): Promise<number[]> {
  await run();
  const samples: number[] = [];
  for (let k = 0; k < runs; k++) {
    const start = performance.now();
    await run();
    samples.push(performance.now() - start);
  }
  return samples;
}

/** Minimum and median as text. */
export function both({ min, median }: Timing): string {
  const text = (value: number) => value.toFixed(value < 10 ? 3 : 1);
  return `${text(min)} / ${text(median)}`;
}

/** Of an even number the upper of the two in the middle, as PyTorch's side does. */
function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
