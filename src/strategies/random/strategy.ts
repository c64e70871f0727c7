/** @file Random search as people choose it: an architecture drawn at random, trained from scratch on all images. */
import { z } from "zod";
import {
  LIMIT_FLAGS,
  type LimitsGiven,
  ledgerSchema,
  limitsOf,
  limitsSchema,
  placeSchema,
  type Strategy,
} from "../../search/index.ts";
import { drawSupports, type RandomOptions, RandomSearch, type RandomState } from "./random-search.ts";

export const random: Strategy<RandomOptions, RandomState, LimitsGiven> = {
  kind: "random",
  summary: "draw an architecture at random and train it: the baseline of every search",
  title: "random search",
  images: "none",
  afterwards: "retrain",
  flags: LIMIT_FLAGS,
  optionsSchema: z.object({ limits: limitsSchema }),
  stateSchema: placeSchema.and(z.object({ ledger: ledgerSchema })),
  changes: {},
  epochsOption: null,
  presets: { demo: {}, cifar10: {} },
  options: (given) => ({ limits: limitsOf(given) }),
  batchOf: () => null,
  ratesOf: () => [],
  firstSupports: drawSupports,
  start: (context, options, from) => new RandomSearch(context, options, from),
};
