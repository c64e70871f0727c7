/** @file The search by measured paths as people choose it: on two halves of the training images, then what was found is trained from scratch on all. */
import { z } from "zod";
import { allCandidates } from "../../network/index.ts";
import { choiceFlag, integerFlag, numberFlag, sharesFlag, sharesOf } from "../../options/index.ts";
import {
  type CommonGiven,
  changeOf,
  EPOCHS_FLAG,
  epochsSchema,
  ledgerSchema,
  PATH_STEPS_FLAG,
  pathStepsSchema,
  placeSchema,
  type Strategy,
  sgdSchema,
  superNetSgd,
  weightTrial,
} from "../../search/index.ts";
import { ArchitectureStep, LossPass, learningRateFor, WeightStep } from "../../train/index.ts";
import { firstPath } from "./first-path.ts";
import { MeasuredSearch, pathStepOptions } from "./measured-search.ts";
import type { MeasuredOptions, MeasuredState } from "./measured-state.ts";
import { ROUND_SHARES } from "./rounds.ts";

export interface MeasuredGiven {
  readonly epochs?: number;
  readonly pathSteps?: number;
  readonly forgetting?: number;
  readonly evidence?: MeasuredOptions["evidence"];
  readonly effectOrder?: number;
  /** Numbers with commas between them. */
  readonly roundShares?: string;
  readonly finalRound?: number;
}

const MOST_ROUNDS = 16;
const MOST_FINAL_ROUND = 0.9;

const count = z.int().min(0);
const supportsSchema = z.array(z.array(count));
const editSchema = z.object({ group: count, left: count, taken: count });

const stateSchema: z.ZodType<MeasuredState> = placeSchema.and(
  z.object({
    sums: z.object({
      ...{ weightLoss: z.number(), weightCorrect: count, gradientNorm: z.number() },
      otherCorrect: z.array(count).exactOptional(),
      ...{ measuredLoss: z.number(), measuredCorrect: count, measured: count },
    }),
    active: supportsSchema,
    supports: supportsSchema,
    probed: z.array(z.object({ round: count, probes: count, gains: z.array(z.array(z.number())) })).default([]),
    paths: z.array(z.object({ round: count, kept: supportsSchema, loss: z.number().nullable() })),
    alone: z
      .object({
        superNetEpochs: count,
        search: z.object({
          ...{ steps: count, rung: count, margin: z.number().min(0).nullable(), centre: supportsSchema },
          entrants: z.array(z.object({ supports: supportsSchema, edit: editSchema.nullable(), isLevel: z.boolean() })),
          ...{ scores: z.array(z.number()), sum: z.number(), trained: count },
        }),
      })
      .nullable(),
    ledger: ledgerSchema,
  }),
);

export const measured: Strategy<MeasuredOptions, MeasuredState, MeasuredGiven> = {
  kind: "measured",
  summary:
    "recover the effects of candidates from measured losses of random paths, then train what was found from scratch",
  title: "search by measured paths",
  images: "halves",
  settles: true,
  afterwards: "retrain",
  flags: {
    epochs: EPOCHS_FLAG,
    pathSteps: PATH_STEPS_FLAG,
    forgetting: numberFlag(
      "forgetting",
      "SHARE",
      "measured: share of their weight that measurements lose with every round (default: 0.5)",
      { min: 0, max: 1 },
    ),
    evidence: choiceFlag(
      "evidence",
      ["loss", "probing"],
      "measured: losses of paths, or of every fifth one gradients of all active candidates (default: loss)",
    ),
    effectOrder: integerFlag(
      "effect-order",
      "1|2",
      "measured: 1 recovers what each candidate does, 2 also what pairs of active ones do together (default: 1)",
      { min: 1, max: 2 },
    ),
    roundShares: sharesFlag(
      "round-shares",
      `measured: shares of the epochs that rounds of fewer and fewer candidates take (default: ${ROUND_SHARES.join()})`,
      MOST_ROUNDS,
    ),
    finalRound: numberFlag(
      "final-round",
      "SHARE",
      "measured: share of the epochs in which what was recovered and its neighbours are trained alone (default: 0)",
      { min: 0, max: MOST_FINAL_ROUND },
    ),
  },
  optionsSchema: sgdSchema.and(
    z.object({
      epochs: epochsSchema,
      finalLearningRate: z.number(),
      pathSteps: pathStepsSchema,
      forgetting: z.number().min(0).max(1),
      evidence: z.enum(["loss", "probing"]).default("loss"),
      effectOrder: z.int().min(1).max(2).default(1),
      roundShares: z
        .array(z.number().positive())
        .min(1)
        .default([...ROUND_SHARES]),
      finalRound: z.number().min(0).max(MOST_FINAL_ROUND),
    }),
  ),
  stateSchema,
  changes: {
    learningRate: changeOf("learningRate"),
    weightDecay: changeOf("weightDecay"),
    epochs: changeOf("epochs"),
  },
  epochsOption: "epochs",
  presets: { demo: { epochs: 10 }, cifar10: { epochs: 50 } },
  options(given: MeasuredGiven & CommonGiven): MeasuredOptions {
    return {
      ...superNetSgd(given),
      epochs: given.epochs ?? 50,
      finalLearningRate: 0.001,
      pathSteps: given.pathSteps ?? 1,
      forgetting: given.forgetting ?? 0.5,
      evidence: given.evidence ?? "loss",
      effectOrder: given.effectOrder ?? 1,
      roundShares: given.roundShares === undefined ? ROUND_SHARES : sharesOf(given.roundShares),
      finalRound: given.finalRound ?? 0,
    };
  },
  trainsAlone: ({ finalRound }) => finalRound > 0,
  batchOf: ({ batch }) => batch,
  ratesOf: ({ batch, learningRate }) => [{ option: "learningRate", rate: learningRate, usual: learningRateFor(batch) }],
  firstSupports: firstPath,
  async trial(inputs, options) {
    const { device, proxy, supports } = inputs;
    const steps = pathStepOptions(options);
    const trial = await weightTrial(inputs, steps, (build) => LossPass.compile(device, build, options.batch));
    const peaks = [trial.peakBytes];
    if (options.evidence === "probing") {
      const build = inputs.space.network(allCandidates(inputs.space.groups));
      const { batch, recompute, accumulate } = options;
      const probe = await ArchitectureStep.compile(device, build, {
        batch,
        recompute,
        accumulate,
        updatesRunning: false,
      });
      peaks.push(probe.peakBytes);
      probe.release();
    }
    if (options.finalRound > 0) {
      const alone = await WeightStep.compile(device, (proxy ?? inputs.space).network(supports), steps);
      peaks.push(alone.peakBytes);
      alone.release();
    }
    return { ...trial, peakBytes: Math.max(...peaks) };
  },
  start: (context, options, from) => new MeasuredSearch(context, options, from),
};
