/** @file What a search by measured paths knows of its candidates, and how it comes to know it. */
import type { Supports } from "../../choice/index.ts";
import type { RecoveryFit } from "../../search/index.ts";
import type { PathEffects } from "../../sparse/index.ts";
import type { LossPass, StepResult, TrainingBatch } from "../../train/index.ts";

/** One path as it was measured: plain data. */
export interface MeasuredPath {
  /** From 0. */
  readonly round: number;
  readonly kept: Supports;
  /** On images that train no weights; null if it was not finite. */
  readonly loss: number | null;
}

/** What was probed in one round: plain data. */
export interface ProbedRound {
  readonly round: number;
  readonly probes: number;
  /** For each group, for each candidate, the sum of its standardised gains; zero for one that was not active. */
  readonly gains: readonly (readonly number[])[];
}

/** Plain data: one of both is empty. */
export interface EvidenceState {
  readonly paths: readonly MeasuredPath[];
  readonly probed: readonly ProbedRound[];
}

/** Where a measurement belongs. */
export interface Measuring {
  readonly kept: Supports;
  readonly active: Supports;
  readonly round: number;
  /** Of the path; null where the evidence needs none. */
  readonly lossPass: LossPass | null;
}

export interface Evidence {
  /** Measurements so far. */
  readonly count: number;
  /** Of the paths in the measured part of a round one in so many is measured. */
  readonly interval: number;
  readonly needsLossPass: boolean;
  /** The loss of the path; one that is not finite counts as bad, and does no other harm. */
  measure(images: TrainingBatch, where: Measuring): Promise<StepResult>;
  /**
   * Of all candidates; null without measurements. A measurement of an earlier round counts (1 - `forgetting`) to the power of the rounds since.
   * `active`: candidates whose pairs may have effects, too.
   */
  effects(forgetting: number, active: Supports): PathEffects | null;
  /** The measurements of the last round beside what the effects make of them; null where that says nothing. */
  fit(effects: PathEffects): RecoveryFit | null;
  state(): EvidenceState;
  release(): void;
}
