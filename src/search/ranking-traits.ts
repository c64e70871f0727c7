/** @file What strategies have in common whose super-net is trained on uniform paths and then ranks architectures. */
import { z } from "zod";
import { learningRateFor } from "../train/index.ts";
import { changeOf } from "./change-of.ts";
import type { RankingOptions } from "./ranking-options.ts";
import { firstRanked, type RankingState, rankedStepOptions } from "./ranking-search.ts";
import { ledgerSchema, placeSchema, trainingSumsSchema } from "./state-schemas.ts";
import type { Strategy } from "./strategy.ts";
import { weightTrial } from "./weight-trial.ts";

const count = z.int().min(0);
const supportsSchema = z.array(z.array(count));

const stateSchema: z.ZodType<RankingState> = placeSchema.and(
  z.object({
    sums: trainingSumsSchema.and(z.object({ scoredLoss: z.number(), scoredCorrect: count, scored: count })),
    supports: supportsSchema,
    ranking: z
      .object({
        ...{ trainingEpochs: count, count },
        entries: z.array(z.object({ supports: supportsSchema, score: z.number().nullable() })),
      })
      .nullable(),
    ledger: ledgerSchema,
  }),
);

/** All of a `Strategy` but its name, what it adds to the options, and its contest. `kind`: its name. */
export function rankingTraits<Options extends RankingOptions>(
  kind: string,
): Omit<
  Required<Strategy<Options, RankingState>>,
  | "kind"
  | "summary"
  | "title"
  | "flags"
  | "optionsSchema"
  | "options"
  | "start"
  | "trainsAlone"
  | "stepsOf"
  | "sharesWeights"
  | "settles"
  | "spaceOptions"
  | "recalibrationBatches"
  | "networkAt"
  | "needs"
  | "specialises"
  | "tellsOneTask"
> {
  return {
    images: "halves",
    afterwards: "retrain",
    stateSchema,
    changes: {
      learningRate: changeOf("learningRate"),
      weightDecay: changeOf("weightDecay"),
      epochs: changeOf("epochs"),
    },
    epochsOption: "epochs",
    presets: { demo: { epochs: 10 }, cifar10: { epochs: 50 } },
    batchOf: ({ batch }) => batch,
    ratesOf: ({ batch, learningRate }) => [
      { option: "learningRate", rate: learningRate, usual: learningRateFor(batch) },
    ],
    firstSupports: (context, { limits }) => firstRanked(context, kind, limits),
    trial: (inputs, options) => weightTrial(inputs, rankedStepOptions(options)),
  };
}
