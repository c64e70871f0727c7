/** @file Two-stage ISTA-NAS as people choose it: search on two halves of the training images, then train what was found from scratch on all. */
import { z } from "zod";
import {
  architectureStateSchema,
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
} from "../../search/index.ts";
import { ArchitectureStep, WeightStep } from "../../train/index.ts";
import { type TwoStageOptions, TwoStageSearch, type TwoStageState } from "./two-stage-search.ts";

export interface TwoStageGiven extends CompressionGiven {
  readonly epochs?: number;
}

const ARCHITECTURE_RATE = 6e-4;

const count = z.int().min(0);

const stateSchema: z.ZodType<TwoStageState> = placeSchema.and(
  z.object({
    sums: z.object({
      weightLoss: z.number(),
      weightCorrect: count,
      gradientNorm: z.number(),
      architectureLoss: z.number(),
      architectureCorrect: count,
    }),
    architecture: architectureStateSchema,
    ledger: ledgerSchema,
  }),
);

export const twoStage: Strategy<TwoStageOptions, TwoStageState, TwoStageGiven> = {
  kind: "two-stage",
  summary: "search on two halves of the training images, then train what was found from scratch",
  title: "two-stage ISTA-NAS",
  images: "halves",
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
  async trial({ device, space, supports }, options) {
    const build = space.network(supports);
    const { batch, recompute } = options;
    const regular = { labelSmoothing: 0, auxiliaryWeight: 0, mixture: true, dropPath: false };
    const weightStep = await WeightStep.compile(device, build, { ...options, ...regular });
    const architectureStep = await ArchitectureStep.compile(device, build, { batch, updatesRunning: false, recompute });
    const mixture = weightStep.network.mixtures!.map(({ shape }) => new Float32Array(shape[0]!).fill(0.5));
    return {
      // Both programs use one block in turn.
      peakBytes: Math.max(weightStep.peakBytes, architectureStep.peakBytes),
      network: weightStep.network,
      async step(take) {
        await take((images) => architectureStep.run(images, mixture));
        await take((images) => weightStep.run(images, { learningRate: 0.01, mixture }));
      },
    };
  },
  start: (context, options, from) => new TwoStageSearch(context, options, from),
};
