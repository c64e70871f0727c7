/**
 * @file One-shot search (Bender et al. 2018): a model of all candidates is trained with path dropout, so that it gets used to having few of them; random
 * architectures are ranked by it, and the best one is trained from scratch.
 */
import { z } from "zod";
import type { ChoiceGroup } from "../../choice/index.ts";
import { allCandidates } from "../../network/index.ts";
import { numberFlag } from "../../options/index.ts";
import type { RandomStream } from "../../random/index.ts";
import {
  type CommonGiven,
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
import { dropPaths } from "./path-dropout.ts";

export interface OneShotGiven extends RankingGiven {
  readonly pathDropout?: number;
}

interface OneShotOptions extends RankingOptions {
  /** Probability that all candidates of a group would be left out, once it has risen. */
  readonly pathDropout: number;
}

const KIND = "one-shot";
const RATE = { min: 0, max: 0.5 };
const traits = rankingTraits<OneShotOptions>(KIND);

export const oneShot: Strategy<OneShotOptions, RankingState, OneShotGiven> = {
  kind: KIND,
  summary:
    "train a model of all candidates with path dropout, rank random architectures by it, and train the best one from scratch",
  title: "one-shot search with path dropout",
  ...traits,
  flags: {
    ...RANKING_FLAGS,
    pathDropout: numberFlag(
      "path-dropout",
      "RATE",
      "one-shot: probability that all candidates of a group are left out, once it has risen (default: 0.05)",
      RATE,
    ),
  },
  optionsSchema: rankingSchema.and(z.object({ pathDropout: z.number().min(RATE.min).max(RATE.max) })),
  options(given: OneShotGiven & CommonGiven): OneShotOptions {
    return { ...rankingOptions(given), pathDropout: given.pathDropout ?? 0.05 };
  },
  // It begins with all candidates.
  trial: (inputs, options) => traits.trial({ ...inputs, supports: allCandidates(inputs.space.groups) }, options),
  start(context, options, from) {
    const parts = {
      kind: KIND,
      draw: (groups: readonly ChoiceGroup[], stream: RandomStream, progress: number) =>
        dropPaths(groups, stream, { rate: options.pathDropout, progress }),
      contest: (given: SearchContext, count: number, entries: readonly Entry[]) =>
        new RandomContest({ context: given, name: `${KIND}/ranked`, limits: options.limits, count }, entries),
    };
    return new RankingSearch(context, options, parts, from);
  },
};
