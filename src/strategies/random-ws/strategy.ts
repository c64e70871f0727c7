/**
 * @file Random search with weight sharing (Li and Talwalkar 2019, "Random search and reproducibility for NAS", section 3.3): a super-net is trained on
 * uniform paths, then as many random architectures are ranked by it as fit, and the best one is trained from scratch.
 */
import {
  type Contest,
  type Entry,
  RANKING_FLAGS,
  RandomContest,
  type RankingGiven,
  type RankingOptions,
  RankingSearch,
  type RankingState,
  rankingOptions,
  rankingSchema,
  rankingTraits,
  type SearchContext,
  type Strategy,
} from "../../search/index.ts";

const KIND = "random-ws";

export const randomWs: Strategy<RankingOptions, RankingState, RankingGiven> = {
  kind: KIND,
  summary: "train a super-net on random paths, rank random architectures by it, and train the best one from scratch",
  title: "random search with weight sharing",
  ...rankingTraits(KIND),
  flags: RANKING_FLAGS,
  optionsSchema: rankingSchema,
  options: rankingOptions,
  start(context, options, from) {
    const contest = (given: SearchContext, count: number, entries: readonly Entry[]): Contest =>
      new RandomContest({ context: given, name: `${KIND}/ranked`, limits: options.limits, count }, entries);
    return new RankingSearch(context, options, { kind: KIND, contest }, from);
  },
};
