/**
 * @file Times calls of several things side by side. They take turns, the one that has had the least time next, so that whatever else the machine
 * does falls on all of them alike. The first calls are not counted: caches, threads and the compiler are cold then.
 */

/** Calls of each that are made before the first that counts, whatever they take. */
const WARM_UP_CALLS = 2;
/** Share of the time in which calls do not count yet. */
const WARM_UP_SHARE = 0.2;
/** Calls that count, whatever they take. */
const LEAST_CALLS = 3;

export interface TurnOptions {
  /** Of the calls of each that count. */
  readonly seconds: number;
  /** Seconds, never going back. */
  readonly clock: () => number;
  /** Asked before each call: it may throw. */
  readonly onCall?: () => void;
}

/** Milliseconds of the calls that counted, in order, for each of `calls`. */
export async function timeInTurns(
  calls: readonly (() => Promise<unknown>)[],
  { seconds, clock, onCall }: TurnOptions,
): Promise<readonly (readonly number[])[]> {
  const round = async (least: number, share: number): Promise<readonly (readonly number[])[]> => {
    const times = calls.map((): number[] => []);
    const spent = calls.map(() => 0);
    for (;;) {
      const open = calls.flatMap((_, index) => {
        return times[index]!.length < least || spent[index]! < share * seconds ? [index] : [];
      });
      if (open.length === 0) return times;
      const next = open.reduce((best, index) => (spent[index]! < spent[best]! ? index : best));
      onCall?.();
      const before = clock();
      await calls[next]!();
      const took = clock() - before;
      times[next]!.push(1000 * took);
      spent[next]! += took;
    }
  };
  await round(WARM_UP_CALLS, WARM_UP_SHARE);
  return round(LEAST_CALLS, 1);
}
