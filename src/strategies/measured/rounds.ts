/**
 * @file Annealed sparsity: a search by measured paths in rounds. In each one paths are drawn from the candidates that are still active, and after it
 * fewer of them stay. The first rounds are the longest, for there the most candidates are to be told apart.
 */

/** Of the super-net's epochs. */
export const ROUND_SHARES: readonly number[] = [40, 25, 20, 15];

/** Epochs of all that train the super-net, where a share of them is for what is trained alone. */
export function superNetEpochs(epochs: number, finalRound: number): number {
  if (finalRound === 0) return epochs;
  return epochs - Math.min(epochs - 1, Math.max(1, Math.round(finalRound * epochs)));
}

/** The round, from 0, of each epoch. Fewer epochs than shares give as many rounds; every round has an epoch at least. */
export function roundsOf(epochs: number, allShares: readonly number[]): readonly number[] {
  const shares = allShares.slice(0, Math.min(allShares.length, epochs));
  const total = shares.reduce((sum, share) => sum + share, 0);
  let reached = 0;
  const ends = shares.map((share, round) => {
    reached += share / total;
    const left = shares.length - 1 - round;
    return Math.min(epochs - left, Math.max(round + 1, Math.round(reached * epochs)));
  });
  return Array.from({ length: epochs }, (_, epoch) => ends.findIndex((end) => epoch < end));
}

/**
 * How many of `count` candidates stay active after `round` of `rounds`, both counted from 0, where a group keeps `kept` in the end: of 5 and 1 in four
 * rounds 4, 3, 2 and 1; of 35 and 2 in four rounds 17, 8, 4 and 2.
 */
export function activeAfter(round: number, rounds: number, count: number, kept: number): number {
  if (round >= rounds - 1) return Math.min(count, kept);
  // A geometric way, or an even one where that leaves more: small groups lose one candidate at a time.
  const share = (round + 1) / rounds;
  const geometric = kept * (count / kept) ** (1 - share);
  const even = count + (kept - count) * share;
  const isSmall = count - kept <= rounds;
  return Math.max(kept, Math.min(count, Math.round(isSmall ? even : geometric)));
}

/** Of a round; before it the weights get used to the candidates that are left. */
const UNMEASURED_SHARE = 0.4;

/** Whether a path that is held up to step `end` of an epoch of `steps` is measured: the last one of a round always. `rounds`: of each epoch. */
export function isMeasured(rounds: readonly number[], epoch: number, end: number, steps: number): boolean {
  const first = rounds.indexOf(rounds[epoch]!);
  const count = rounds.lastIndexOf(rounds[epoch]!) + 1 - first;
  return (epoch - first) * steps + end > UNMEASURED_SHARE * count * steps;
}
