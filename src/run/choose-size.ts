/** @file Chooses among sizes of a network, from small to large, the largest that a budget lets train for long enough: by steps that are tried, and by multiply-accumulates of an image where none are. */

/** What an epoch of each phase takes; 0 for one that there is not. */
export interface PhaseCosts {
  readonly search: number;
  readonly training: number;
}

export interface SizeTrial {
  /** How many sizes there are. */
  readonly count: number;
  /** Of the network of that size, in proportion to others: its multiply-accumulates. */
  work(index: number): number;
  /** Tries some steps; null for a size that this machine has no room for. The first one always has. */
  measure(index: number): Promise<PhaseCosts | null>;
  /** Whether enough epochs fit the budget that is left. */
  fits(costs: PhaseCosts): boolean;
}

export interface ChosenSize {
  readonly index: number;
  /** Measured. */
  readonly costs: PhaseCosts;
  /** The next larger size, that does not fit: measured or estimated, null for one without room. Null if there is none. */
  readonly larger: { readonly index: number; readonly costs: PhaseCosts | null } | null;
}

/**
 * The first size, if none fits. What is chosen was measured: an estimate from the smallest says where to begin, and from there it goes down until a size
 * fits, or up as long as the next one does. A budget that is larger never leads to a smaller size.
 */
export async function chooseSize(trial: SizeTrial): Promise<ChosenSize> {
  const measured = new Map<number, PhaseCosts | null>();
  const measure = async (index: number) => {
    if (!measured.has(index)) measured.set(index, await trial.measure(index));
    return measured.get(index)!;
  };
  const estimate = (index: number, from: number) => {
    const factor = trial.work(index) / trial.work(from);
    const { search, training } = measured.get(from)!;
    return { search: factor * search, training: factor * training };
  };
  const fits = (costs: PhaseCosts | null): costs is PhaseCosts => costs !== null && trial.fits(costs);

  const smallest = await measure(0);
  let index = 0;
  if (!fits(smallest)) return chosen(0);
  while (index + 1 < trial.count && trial.fits(estimate(index + 1, 0))) index++;
  while (index > 0 && !fits(await measure(index))) index--;
  while (index + 1 < trial.count && !measured.has(index + 1) && trial.fits(estimate(index + 1, index))) {
    if (!fits(await measure(index + 1))) break;
    index++;
  }
  return chosen(index);

  function chosen(at: number): ChosenSize {
    const next = at + 1;
    const costs = measured.get(at)!;
    if (next === trial.count) return { index: at, costs, larger: null };
    return {
      ...{ index: at, costs },
      larger: { index: next, costs: measured.has(next) ? measured.get(next)! : estimate(next, at) },
    };
  }
}
