/**
 * @file What to keep, by the effects of candidates: in each group those with the largest. Where pairs of candidates have effects of their own, what is
 * best is found by exchanges of one kept candidate, as long as one of them is better.
 */
import type { Supports } from "../../choice/index.ts";
import type { CandidatePlace, PathEffects } from "../../sparse/index.ts";
import { withEdit } from "./edits.ts";

type Score = (supports: Supports) => number;

/** Below it two sums of effects are alike. */
const ROUNDING = 1e-12;

/** How good an architecture is: the sum of what its candidates do, and of what those do together that it keeps both of. */
export function scoreOf({ effects, pairs }: Pick<PathEffects, "effects" | "pairs">): Score {
  return (supports) => {
    const keeps = ({ group, candidate }: CandidatePlace) => supports[group]!.includes(candidate);
    const alone = supports.flatMap((support, group) => support.map((index) => effects[group]![index]!));
    const together = pairs.filter(({ first, second }) => keeps(first) && keeps(second));
    return [...alone, ...together.map(({ effect }) => effect)].reduce((sum, effect) => sum + effect, 0);
  };
}

/**
 * Of each group's active candidates the `counts[group]` with the largest effects, by index. Equal effects, most of them zero, go by the correlation
 * of the candidate with what was measured, and then by index.
 */
function strongest(
  { effects, correlations }: Pick<PathEffects, "effects" | "correlations">,
  active: Supports,
  counts: readonly number[],
): Supports {
  return active.map((indices, group) => {
    const [effect, correlation] = [effects[group]!, correlations[group]!];
    const order = [...indices].sort((a, b) => effect[b]! - effect[a]! || correlation[b]! - correlation[a]! || a - b);
    return order.slice(0, counts[group]!).sort((a, b) => a - b);
  });
}

/** Of each group's active candidates the `counts[group]` that make the best architecture. */
export function bestSupports(effects: PathEffects, active: Supports, counts: readonly number[]): Supports {
  const best = strongest(effects, active, counts);
  return effects.pairs.length === 0 ? best : climb(scoreOf(effects), best, active);
}

/** Of each group's active candidates the `counts[group]` that stay so: those of the best architectures, `best` above all. */
export function stayActive(
  effects: PathEffects,
  active: Supports,
  counts: readonly number[],
  best: Supports,
): Supports {
  if (effects.pairs.length === 0) return strongest(effects, active, counts);
  const score = scoreOf(effects);
  const values = effects.effects.map((group, index) =>
    group.map((_, candidate) =>
      best[index]!.includes(candidate) ? Infinity : valueInCompany(score, best, active, { group: index, candidate }),
    ),
  );
  return strongest({ effects: values, correlations: effects.correlations }, active, counts);
}

/**
 * From `from` to where no exchange of one kept candidate for another active one has a larger sum of effects.
 *
 * @param held a candidate of `from` that is not exchanged
 */
function climb(score: Score, from: Supports, active: Supports, held: CandidatePlace | null = null): Supports {
  let [best, value] = [from, score(from)];
  for (let isBetter = true; isBetter; ) {
    isBetter = false;
    for (const [group, indices] of active.entries()) {
      for (const [left, taken] of best[group]!.flatMap((kept) => indices.map((index) => [kept, index] as const))) {
        if (held?.group === group && held.candidate === left) continue;
        const other = withEdit(best, { group, left, taken });
        const otherValue = other === null ? -Infinity : score(other);
        if (other === null || otherValue <= value + ROUNDING) continue;
        [best, value, isBetter] = [other, otherValue, true];
      }
    }
  }
  return best;
}

/** The largest sum of effects of what keeps a candidate that `best` does not keep, as far as climbing finds it. */
function valueInCompany(score: Score, best: Supports, active: Supports, held: CandidatePlace): number {
  const { group, candidate } = held;
  const starts = best[group]!.map((left) => withEdit(best, { group, left, taken: candidate })!);
  return Math.max(...starts.map((start) => score(climb(score, start, active, held))));
}
