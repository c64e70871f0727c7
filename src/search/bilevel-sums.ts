/** @file What a search adds up over an epoch whose steps move the architecture on images of one half and the weights on those of the other. */
import { z } from "zod";
import { addOther, otherAccuracies, type StepResult, type WeightStepResult } from "../train/index.ts";
import type { SearchEpochEvent } from "./search-event.ts";

/** Plain data. */
export interface BilevelSums {
  weightLoss: number;
  weightCorrect: number;
  /** In each of the other tasks. Missing where there is one task, and before the first step. */
  otherCorrect?: readonly number[];
  gradientNorm: number;
  architectureLoss: number;
  architectureCorrect: number;
}

export const NO_BILEVEL_SUMS: Readonly<BilevelSums> = {
  ...{ weightLoss: 0, weightCorrect: 0, gradientNorm: 0, architectureLoss: 0, architectureCorrect: 0 },
};

const count = z.int().min(0);

export const bilevelSumsSchema: z.ZodType<BilevelSums> = z.object({
  ...{ weightLoss: z.number(), weightCorrect: count, gradientNorm: z.number() },
  otherCorrect: z.array(count).exactOptional(),
  ...{ architectureLoss: z.number(), architectureCorrect: count },
});

/** Adds a step. */
export function addBilevelStep(
  sums: BilevelSums,
  trained: Pick<WeightStepResult, "loss" | "correct" | "otherCorrect" | "gradientNorm">,
  steered: StepResult,
): void {
  sums.weightLoss += trained.loss;
  sums.weightCorrect += trained.correct;
  addOther(sums, trained);
  sums.gradientNorm += trained.gradientNorm;
  sums.architectureLoss += steered.loss;
  sums.architectureCorrect += steered.correct;
}

interface BilevelEpoch extends Pick<SearchEpochEvent, "epoch" | "epochs" | "learningRate" | "stallSeconds"> {
  readonly steps: number;
  /** Images a step, of each half. */
  readonly batch: number;
}

/** The event of an epoch of `steps` steps that were added. */
export function bilevelEpoch({ steps, batch, ...event }: BilevelEpoch, sums: Readonly<BilevelSums>): SearchEpochEvent {
  return {
    ...{ kind: "search-epoch", ...event },
    weightLoss: sums.weightLoss / steps,
    weightAccuracy: sums.weightCorrect / (steps * batch),
    ...otherAccuracies(sums, steps * batch),
    gradientNorm: sums.gradientNorm / steps,
    architectureLoss: sums.architectureLoss / steps,
    architectureAccuracy: sums.architectureCorrect / (steps * batch),
  };
}
