/**
 * @file Single path one-shot (Guo et al. 2020): a super-net is trained on uniform paths, evolution ranks architectures by it with batch norm calibrated
 * anew for each, and the best one is trained from scratch.
 */
import { z } from "zod";
import { integerFlag } from "../../options/index.ts";
import {
  type CommonGiven,
  type Contest,
  type Entry,
  RANKING_FLAGS,
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
import { Evolution, type EvolutionOptions } from "./evolution.ts";

export interface SposGiven extends RankingGiven {
  readonly population?: number;
}

type SposOptions = RankingOptions & EvolutionOptions;

const KIND = "spos";
const POPULATION = { min: 4, max: 10_000 };

export const spos: Strategy<SposOptions, RankingState, SposGiven> = {
  kind: KIND,
  summary: "train a super-net on random paths, find its best architecture by evolution, and train that from scratch",
  title: "single path one-shot",
  ...rankingTraits(KIND),
  flags: {
    ...RANKING_FLAGS,
    population: integerFlag(
      "population",
      "COUNT",
      "spos: architectures of a generation, fewer where fewer than four would fit (default: 50)",
      POPULATION,
    ),
  },
  optionsSchema: rankingSchema.and(z.object({ population: z.int().min(POPULATION.min).max(POPULATION.max) })),
  options(given: SposGiven & CommonGiven): SposOptions {
    return { ...rankingOptions(given), population: given.population ?? 50 };
  },
  start(context, options, from) {
    const contest = (given: SearchContext, count: number, entries: readonly Entry[]): Contest =>
      new Evolution(given, options, count, entries);
    return new RankingSearch(context, options, { kind: KIND, contest }, from);
  },
};
