/** @file DSNAS as people choose it: one network for search and training, and one set of weights. */
import { z } from "zod";
import { type FlagTable, numberFlag } from "../../options/index.ts";
import {
  CandidateLogits,
  changeOf,
  epochsSchema,
  LOGIT_RATE_FLAG,
  ledgerSchema,
  logitsSchema,
  MAX_SEARCH_EPOCHS_FLAG,
  oneNetworkSgd,
  PATH_STEPS_FLAG,
  pathStepsSchema,
  placeSchema,
  type Strategy,
  sgdSchema,
  trainingSumsSchema,
  weightTrial,
} from "../../search/index.ts";
import { learningRateFor, type RetrainOptions } from "../../train/index.ts";
import { type DsnasOptions, DsnasSearch, type DsnasState, sampledStepOptions } from "./dsnas-search.ts";

export interface DsnasGiven {
  readonly maxSearchEpochs?: number;
  readonly pathSteps?: number;
  readonly logitRate?: number;
  readonly freezeMargin?: number;
}

/** As published. */
const [LOGIT_RATE, MARGIN] = [1e-3, 0.3];

const numbers = z.array(z.array(z.number()));
const count = z.int().min(0);

const flags: FlagTable<DsnasGiven> = {
  maxSearchEpochs: MAX_SEARCH_EPOCHS_FLAG,
  pathSteps: PATH_STEPS_FLAG,
  logitRate: LOGIT_RATE_FLAG,
  freezeMargin: numberFlag(
    "freeze-margin",
    "PROBABILITY",
    "dsnas: how far ahead a candidate has to be for its group to be frozen (default: 0.3)",
    { min: 0, max: 1 },
  ),
};

export const dsnas: Strategy<DsnasOptions, DsnasState, DsnasGiven> = {
  kind: "dsnas",
  summary:
    "sample an architecture for every step, move its weights and its probability at once, and go on with the same weights",
  title: "DSNAS",
  images: "all",
  settles: true,
  afterwards: "continue",
  flags,
  optionsSchema: sgdSchema.and(
    z.object({
      labelSmoothing: z.number(),
      auxiliaryWeight: z.number(),
      maxEpochs: epochsSchema,
      pathSteps: pathStepsSchema,
      logitRate: z.number(),
      freezeMargin: z.number().min(0).max(1),
    }),
  ),
  stateSchema: placeSchema.and(logitsSchema).and(
    z.object({
      sums: trainingSumsSchema,
      ...{ sampled: numbers, pending: numbers },
      supports: z.array(z.array(count)),
      frozenAt: z.array(count.nullable()),
      ledger: ledgerSchema,
    }),
  ),
  changes: {
    learningRate: changeOf("learningRate"),
    weightDecay: changeOf("weightDecay"),
    logitRate: changeOf("logitRate"),
    maxSearchEpochs: changeOf("maxEpochs"),
  },
  epochsOption: "maxSearchEpochs",
  presets: { demo: { maxSearchEpochs: 6 }, cifar10: { maxSearchEpochs: 600 } },
  options(given: DsnasGiven, training: RetrainOptions): DsnasOptions {
    return {
      ...oneNetworkSgd(training),
      maxEpochs: given.maxSearchEpochs ?? 120,
      pathSteps: given.pathSteps ?? 1,
      logitRate: given.logitRate ?? LOGIT_RATE,
      freezeMargin: given.freezeMargin ?? MARGIN,
    };
  },
  batchOf: ({ batch }) => batch,
  ratesOf: ({ batch, learningRate, logitRate }) => [
    { option: "learningRate", rate: learningRate, usual: learningRateFor(batch) },
    { option: "logitRate", rate: logitRate, usual: LOGIT_RATE },
  ],
  firstSupports: ({ space, streams }, { logitRate }) =>
    new CandidateLogits({ groups: space.groups, streams, rate: logitRate }, null).mostLikely,
  trial: (inputs, options) => weightTrial(inputs, sampledStepOptions(options)),
  start: (context, options, from) => new DsnasSearch(context, options, from),
};
