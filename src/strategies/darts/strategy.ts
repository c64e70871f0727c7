/** @file DARTS as people choose it: on two halves of the training images, then what was found is trained from scratch on all. */
import { z } from "zod";
import { allCandidates } from "../../network/index.ts";
import { integerFlag } from "../../options/index.ts";
import {
  bilevelSumsSchema,
  type CommonGiven,
  EPOCHS_FLAG,
  epochsSchema,
  LOGIT_RATE,
  LOGIT_RATE_FLAG,
  ledgerSchema,
  logitsSchema,
  logitTraits,
  type MixedState,
  placeSchema,
  type Strategy,
  sgdSchema,
  superNetSgd,
  weightTrial,
} from "../../search/index.ts";
import { ArchitectureStep } from "../../train/index.ts";
import { type DartsOptions, DartsSearch, mixedStepOptions } from "./darts-search.ts";
import { SecondOrder } from "./second-order.ts";

export interface DartsGiven {
  readonly epochs?: number;
  readonly logitRate?: number;
  readonly order?: number;
}

const count = z.int().min(0);

export const darts: Strategy<DartsOptions, MixedState, DartsGiven> = {
  kind: "darts",
  summary:
    "compute all candidates, weighed by softmax of logits that are learned, then train the likeliest from scratch",
  title: "DARTS",
  ...logitTraits<DartsOptions, MixedState>(),
  flags: {
    epochs: EPOCHS_FLAG,
    logitRate: LOGIT_RATE_FLAG,
    order: integerFlag(
      "order",
      "1|2",
      "darts: 1 moves logits by the weights as they are, 2 by those one step ahead (default: 1)",
      { min: 1, max: 2 },
    ),
  },
  optionsSchema: sgdSchema.and(
    z.object({
      epochs: epochsSchema,
      finalLearningRate: z.number(),
      logitRate: z.number(),
      order: z.int().min(1).max(2),
    }),
  ),
  stateSchema: placeSchema.and(logitsSchema).and(
    z.object({
      sums: bilevelSumsSchema,
      supports: z.array(z.array(count)),
      ledger: ledgerSchema,
    }),
  ),
  presets: { demo: { epochs: 4 }, cifar10: { epochs: 50 } },
  options(given: DartsGiven & CommonGiven): DartsOptions {
    return {
      ...superNetSgd(given),
      epochs: given.epochs ?? 50,
      finalLearningRate: 0.001,
      logitRate: given.logitRate ?? LOGIT_RATE,
      order: given.order ?? 1,
    };
  },
  trial(inputs, options) {
    const { device, space } = inputs;
    const { batch, recompute, accumulate } = options;
    // Whatever would be kept: all candidates are computed.
    const whole = { ...inputs, supports: allCandidates(space.groups) };
    const steps = mixedStepOptions(options);
    return weightTrial(whole, steps, async (build) => {
      const first = await ArchitectureStep.compile(device, build, {
        batch,
        updatesRunning: false,
        recompute,
        accumulate,
      });
      if (options.order === 1)
        return { peakBytes: first.peakBytes, run: (images, mixture) => first.run(images, mixture!) };
      const second = await SecondOrder.compile(device, build, steps, first);
      return {
        peakBytes: Math.max(first.peakBytes, second.peakBytes),
        run: (images, mixture) =>
          second.run({ training: images, validation: images, mixture: mixture!, learningRate: 0 }),
      };
    });
  },
  start: (context, options, from) => new DartsSearch(context, options, from),
};
