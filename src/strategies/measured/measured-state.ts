/** @file What a search by measured paths is told, and what the rest of it depends on: plain data both. */
import type { Supports } from "../../choice/index.ts";
import type { LedgerState, SuperNetSgd } from "../../search/index.ts";
import type { TrainingPlace } from "../../train/index.ts";
import type { EvidenceState } from "./evidence.ts";
import type { LocalSearchState } from "./local-search.ts";

export interface MeasuredOptions extends SuperNetSgd {
  readonly epochs: number;
  readonly finalLearningRate: number;
  /** Steps that a path is held for. */
  readonly pathSteps: number;
  /** Share of their weight that measurements lose with every round that passes. */
  readonly forgetting: number;
  /** Losses of paths, or gradients of all active candidates. */
  readonly evidence: "loss" | "probing";
  /** 1: what each candidate does; 2: also what pairs of active ones do together. */
  readonly effectOrder: number;
  /** Shares of the epochs that rounds of fewer and fewer active candidates take, in proportion. */
  readonly roundShares: readonly number[];
  /** Share of the epochs in which what was recovered and its neighbours are trained alone; 0 for none. */
  readonly finalRound: number;
}

/** Over the steps of an epoch so far. */
export interface MeasuredSums {
  weightLoss: number;
  weightCorrect: number;
  /** In each of the other tasks. Missing where there is one task, and before the first step. */
  otherCorrect?: readonly number[];
  gradientNorm: number;
  measuredLoss: number;
  measuredCorrect: number;
  measured: number;
}

export interface MeasuredState extends TrainingPlace, EvidenceState {
  readonly sums: Readonly<MeasuredSums>;
  /** Candidates of each group that paths may keep. */
  readonly active: Supports;
  /** What would be kept if the search ended here. */
  readonly supports: Supports;
  /** Null until the last round. `superNetEpochs`: those before it. */
  readonly alone: { readonly superNetEpochs: number; readonly search: LocalSearchState } | null;
  readonly ledger: LedgerState;
}

export const NO_SUMS: Readonly<MeasuredSums> = {
  ...{ weightLoss: 0, weightCorrect: 0, gradientNorm: 0, measuredLoss: 0, measuredCorrect: 0, measured: 0 },
};
