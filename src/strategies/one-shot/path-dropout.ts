/** @file Which candidates a training step of the one-shot model keeps (Bender et al. 2018, "Understanding and simplifying one-shot architecture search"). */
import type { ChoiceGroup, Supports } from "../../choice/index.ts";
import { exactExp, exactLog, type RandomStream } from "../../random/index.ts";

/** Share of the training in which the rate rises from 0. */
const RAMP = 0.5;

/**
 * Every candidate is left out with probability r^(1/k), k candidates in its group, so that all of them would be with probability r, which rises evenly
 * from 0 to `rate` in the first half of the training. One at least is kept.
 *
 * @param progress share of the training that is over
 */
export function dropPaths(
  groups: readonly ChoiceGroup[],
  stream: RandomStream,
  { rate, progress }: { readonly rate: number; readonly progress: number },
): Supports {
  const present = rate * Math.min(1, progress / RAMP);
  return groups.map(({ candidates }) => {
    const dropped = present === 0 ? 0 : exactExp(exactLog(present) / candidates.length);
    const kept = candidates.flatMap((_, index) => (stream.uniform() < dropped ? [] : [index]));
    return kept.length > 0 ? kept : [stream.integer(candidates.length)];
  });
}
