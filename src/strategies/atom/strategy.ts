/** @file AtomNAS as people choose it: the price of a channel, and when one is dead. */
import { z } from "zod";
import { numberFlag } from "../../options/index.ts";
import {
  changeOf,
  epochsSchema,
  ledgerSchema,
  MAX_SEARCH_EPOCHS_FLAG,
  oneNetworkSgd,
  placeSchema,
  type Strategy,
  sgdSchema,
  trainingSumsSchema,
  weightTrial,
} from "../../search/index.ts";
import { learningRateFor, type RetrainOptions } from "../../train/index.ts";
import type { AtomOptions } from "./atom-options.ts";
import { AtomSearch, type AtomState } from "./atom-search.ts";
import { pricedStepOptions, widestWeights } from "./priced-step.ts";

export interface AtomGiven {
  readonly maxSearchEpochs?: number;
  readonly channelPrice?: number;
  readonly priceRamp?: number;
  readonly deadScale?: number;
}

/** The two last ones as published: the price grows over 25 of 350 epochs. */
const [PRICE, RAMP, DEAD_SCALE] = [5, 25 / 350, 1e-3];

const count = z.int().min(0);

export const atom: Strategy<AtomOptions, AtomState, AtomGiven> = {
  kind: "atom",
  summary: "train one wide network with a price on each channel, take out those that die, and go on with the rest",
  title: "AtomNAS",
  images: "all",
  sharesWeights: false,
  afterwards: "continue",
  needs: "widths",
  spaceOptions: { layerKind: "atoms" },
  recalibrationBatches: 10,
  flags: {
    maxSearchEpochs: MAX_SEARCH_EPOCHS_FLAG,
    channelPrice: numberFlag(
      "channel-price",
      "RATIO",
      "atom: price of a channel, as how often one of mean cost that nothing defends could die in the search (default: 5)",
      { min: 0 },
    ),
    priceRamp: numberFlag(
      "price-ramp",
      "SHARE",
      "atom: share of the search in which the price grows from 0 (default: 0.071, 25 of 350 epochs)",
      { min: 0, max: 1 },
    ),
    deadScale: numberFlag(
      "dead-scale",
      "SIZE",
      "atom: largest size of a scale, and of its moving average, of a channel that is dead (default: 0.001)",
      { min: 0 },
    ),
  },
  optionsSchema: sgdSchema.and(
    z.object({
      labelSmoothing: z.number(),
      auxiliaryWeight: z.number(),
      maxEpochs: epochsSchema,
      price: z.number().min(0),
      ramp: z.number().min(0).max(1),
      deadScale: z.number().min(0),
    }),
  ),
  stateSchema: placeSchema.and(
    z.object({
      sums: trainingSumsSchema,
      widths: z.array(z.array(count)),
      averages: z.record(z.string(), z.array(z.number())),
      shrunk: count,
      ledger: ledgerSchema,
    }),
  ),
  changes: {
    learningRate: changeOf("learningRate"),
    weightDecay: changeOf("weightDecay"),
    channelPrice: changeOf("price"),
    maxSearchEpochs: changeOf("maxEpochs"),
  },
  epochsOption: "maxSearchEpochs",
  presets: { demo: { maxSearchEpochs: 14 }, cifar10: { maxSearchEpochs: 600 } },
  options(given: AtomGiven, training: RetrainOptions): AtomOptions {
    return {
      ...oneNetworkSgd(training),
      maxEpochs: given.maxSearchEpochs ?? 120,
      price: given.channelPrice ?? PRICE,
      ramp: given.priceRamp ?? RAMP,
      deadScale: given.deadScale ?? DEAD_SCALE,
    };
  },
  batchOf: ({ batch }) => batch,
  ratesOf: ({ batch, learningRate }) => [{ option: "learningRate", rate: learningRate, usual: learningRateFor(batch) }],
  firstSupports: ({ space }) => space.groups.map(({ candidates }) => [...candidates.keys()]),
  networkAt: ({ widths }, state) => widths!.network(state.widths),
  trial: (inputs, options) => {
    const supports = inputs.space.groups.map(({ candidates }) => [...candidates.keys()]);
    return weightTrial({ ...inputs, supports }, pricedStepOptions(options, widestWeights(inputs.space)));
  },
  start: (context, options, from) => new AtomSearch(context, options, from),
};
