/** @file GDAS as people choose it: on two halves of the training images, then what was found is trained from scratch on all. */
import { z } from "zod";
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
  PATH_STEPS_FLAG,
  pathStepsSchema,
  placeSchema,
  type Strategy,
  sgdSchema,
  superNetSgd,
  weightTrial,
} from "../../search/index.ts";
import { ArchitectureStep } from "../../train/index.ts";
import { type GdasOptions, GdasSearch, type GdasState } from "./gdas-search.ts";

export interface GdasGiven {
  readonly epochs?: number;
  readonly pathSteps?: number;
  readonly logitRate?: number;
}

const count = z.int().min(0);

export const gdas: Strategy<GdasOptions, GdasState, GdasGiven> = {
  kind: "gdas",
  summary:
    "sample an architecture for every step by Gumbel-softmax, learn its distribution, then train the likeliest from scratch",
  title: "GDAS",
  ...logitTraits<GdasOptions, GdasState>(),
  flags: {
    epochs: EPOCHS_FLAG,
    pathSteps: PATH_STEPS_FLAG,
    logitRate: LOGIT_RATE_FLAG,
  },
  optionsSchema: sgdSchema.and(
    z.object({
      epochs: epochsSchema,
      finalLearningRate: z.number(),
      pathSteps: pathStepsSchema,
      logitRate: z.number(),
    }),
  ),
  stateSchema: placeSchema.and(logitsSchema).and(
    z.object({
      sums: bilevelSumsSchema,
      sampled: z.array(z.array(z.number())),
      supports: z.array(z.array(count)),
      ledger: ledgerSchema,
    }),
  ),
  presets: { demo: { epochs: 10 }, cifar10: { epochs: 50 } },
  options(given: GdasGiven & CommonGiven): GdasOptions {
    return {
      ...superNetSgd(given),
      epochs: given.epochs ?? 50,
      finalLearningRate: 0.001,
      pathSteps: given.pathSteps ?? 1,
      logitRate: given.logitRate ?? LOGIT_RATE,
    };
  },
  trial(inputs, options) {
    const { batch, recompute, accumulate } = options;
    const steps = { ...options, labelSmoothing: 0, auxiliaryWeight: 0, mixture: false, dropPath: false };
    return weightTrial(inputs, steps, async (build) => {
      const step = await ArchitectureStep.compile(inputs.device, build, {
        batch,
        updatesRunning: false,
        recompute,
        accumulate,
      });
      const ones = inputs.supports.map(({ length }) => new Float32Array(length).fill(1));
      return { peakBytes: step.peakBytes, run: (images) => step.run(images, ones) };
    });
  },
  start: (context, options, from) => new GdasSearch(context, options, from),
};
