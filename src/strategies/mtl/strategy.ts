/** @file MTL-NAS as people choose it: gates that end open or shut, on two halves of the training images, and no training afterwards. */
import { z } from "zod";
import { allCandidates } from "../../network/index.ts";
import { numberFlag } from "../../options/index.ts";
import {
  bilevelSumsSchema,
  EPOCHS_FLAG,
  epochsSchema,
  LOGIT_RATE_FLAG,
  ledgerSchema,
  logitsSchema,
  logitTraits,
  type MixedState,
  oneNetworkSgd,
  placeSchema,
  type Strategy,
  sgdSchema,
  weightTrial,
} from "../../search/index.ts";
import { ArchitectureStep, learningRateFor, type RetrainOptions } from "../../train/index.ts";
import { gatedStepOptions, gatesOf, type MtlOptions, MtlSearch } from "./mtl-search.ts";

export interface MtlGiven {
  readonly epochs?: number;
  readonly logitRate?: number;
  readonly entropyWeight?: number;
  readonly gatePrice?: number;
}

/** As published. */
const [LOGIT_RATE, ENTROPY_WEIGHT] = [1e-3, 10];

const count = z.int().min(0);

/** Nothing is trained after it: a search that ended where its choice stood still would end before its weights are trained. */
const { settles: _, ...traits } = logitTraits<MtlOptions, MixedState>();

export const mtl: Strategy<MtlOptions, MixedState, MtlGiven> = {
  kind: "mtl",
  summary:
    "train two networks and the gates of the edges between them, which end open or shut, and keep the weights (--space fusion)",
  title: "MTL-NAS",
  ...traits,
  afterwards: "none",
  needs: "gates",
  recalibrationBatches: 10,
  flags: {
    epochs: EPOCHS_FLAG,
    logitRate: LOGIT_RATE_FLAG,
    entropyWeight: numberFlag(
      "entropy-weight",
      "WEIGHT",
      "mtl: weight of the mean entropy of the gates in the loss that moves them (default: 10)",
      { min: 0 },
    ),
    gatePrice: numberFlag(
      "gate-price",
      "WEIGHT",
      "mtl: weight of the mean of the gates, each by its channels, in the loss that moves them; published beside 0: 5 (default: 0)",
      { min: 0 },
    ),
  },
  optionsSchema: sgdSchema.and(
    z.object({
      labelSmoothing: z.number(),
      auxiliaryWeight: z.number(),
      finalLearningRate: z.number(),
      epochs: epochsSchema,
      logitRate: z.number(),
      entropyWeight: z.number().min(0),
      gatePrice: z.number().min(0),
    }),
  ),
  stateSchema: placeSchema
    .and(logitsSchema)
    .and(z.object({ sums: bilevelSumsSchema, supports: z.array(z.array(count)), ledger: ledgerSchema })),
  presets: { demo: { epochs: 30 }, cifar10: { epochs: 600 } },
  options(given: MtlGiven, training: RetrainOptions): MtlOptions {
    return {
      ...oneNetworkSgd(training),
      finalLearningRate: 0,
      epochs: given.epochs ?? 60,
      logitRate: given.logitRate ?? LOGIT_RATE,
      entropyWeight: given.entropyWeight ?? ENTROPY_WEIGHT,
      gatePrice: given.gatePrice ?? 0,
    };
  },
  ratesOf: ({ batch, learningRate, logitRate }) => [
    { option: "learningRate", rate: learningRate, usual: learningRateFor(batch) },
    { option: "logitRate", rate: logitRate, usual: LOGIT_RATE },
  ],
  firstSupports: ({ space }) => gatesOf(space).map(({ open }) => [1 - open]),
  trial(inputs, options) {
    const { device, space } = inputs;
    const { batch, recompute, accumulate } = options;
    // Whatever would be kept: all candidates are computed.
    const whole = { ...inputs, supports: allCandidates(space.groups) };
    return weightTrial(whole, gatedStepOptions(options), async (build) => {
      const first = await ArchitectureStep.compile(device, build, {
        ...{ batch, updatesRunning: false, recompute, accumulate },
      });
      return { peakBytes: first.peakBytes, run: (images, mixture) => first.run(images, mixture!) };
    });
  },
  start: (context, options, from) => new MtlSearch(context, options, from),
};
