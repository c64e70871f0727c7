/** @file Two-stage ISTA-NAS as people choose it: search on two halves of the training images, then train what was found from scratch on all. */
import { z } from "zod";
import {
  architectureStateSchema,
  bilevelSumsSchema,
  COMPRESSION_FLAGS,
  type CommonGiven,
  CompressedArchitecture,
  type CompressionGiven,
  changeOf,
  compressionChanges,
  compressionOptions,
  compressionRates,
  compressionSchema,
  EPOCHS_FLAG,
  epochsSchema,
  ledgerSchema,
  placeSchema,
  type Strategy,
  sgdSchema,
  superNetSgd,
  weightTrial,
} from "../../search/index.ts";
import { ArchitectureStep } from "../../train/index.ts";
import { type TwoStageOptions, TwoStageSearch, type TwoStageState } from "./two-stage-search.ts";

export interface TwoStageGiven extends CompressionGiven {
  readonly epochs?: number;
}

const ARCHITECTURE_RATE = 6e-4;

const stateSchema: z.ZodType<TwoStageState> = placeSchema.and(
  z.object({
    sums: bilevelSumsSchema,
    architecture: architectureStateSchema,
    ledger: ledgerSchema,
  }),
);

export const twoStage: Strategy<TwoStageOptions, TwoStageState, TwoStageGiven> = {
  kind: "two-stage",
  summary: "search on two halves of the training images, then train what was found from scratch",
  title: "two-stage ISTA-NAS",
  images: "halves",
  settles: true,
  afterwards: "retrain",
  flags: {
    ...COMPRESSION_FLAGS,
    epochs: EPOCHS_FLAG,
  },
  optionsSchema: sgdSchema.and(
    z.object({
      epochs: epochsSchema,
      finalLearningRate: z.number(),
      architecture: compressionSchema,
    }),
  ),
  stateSchema,
  changes: {
    ...compressionChanges<TwoStageOptions>(),
    epochs: changeOf("epochs"),
  },
  epochsOption: "epochs",
  presets: { demo: { epochs: 4 }, cifar10: { epochs: 50 } },
  options(given: TwoStageGiven & CommonGiven): TwoStageOptions {
    return {
      ...superNetSgd(given),
      epochs: given.epochs ?? 50,
      finalLearningRate: 0.001,
      architecture: compressionOptions(given, ARCHITECTURE_RATE),
    };
  },
  batchOf: ({ batch }) => batch,
  ratesOf: (options) => compressionRates(options, ARCHITECTURE_RATE),
  firstSupports: ({ space, streams }, { architecture }) =>
    new CompressedArchitecture(space.groups, streams, architecture).supports,
  trial(inputs, options) {
    const { batch, recompute, accumulate } = options;
    const regular = { labelSmoothing: 0, auxiliaryWeight: 0, mixture: true, dropPath: false };
    return weightTrial(inputs, { ...options, ...regular }, (build) =>
      ArchitectureStep.compile(inputs.device, build, { batch, updatesRunning: false, recompute, accumulate }),
    );
  },
  start: (context, options, from) => new TwoStageSearch(context, options, from),
};
