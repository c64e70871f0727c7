/** @file What the measured paths say of each candidate, and of pairs of them. */
import type { ChoiceGroup, Supports } from "../../choice/index.ts";
import type { RecoveryFit } from "../../search/index.ts";
import { type PathEffects, type PathMeasurement, recoverPathEffects } from "../../sparse/index.ts";
import { mean } from "../../statistics/index.ts";
import type { StepResult, TrainingBatch } from "../../train/index.ts";
import type { Evidence, EvidenceState, MeasuredPath, Measuring } from "./evidence.ts";
import { standardise } from "./standardise.ts";
import { scoreOf } from "./supports-by-effects.ts";

/** Columns of 2,000 measurements with as many pairs take 48 MiB, and their sparse coding seconds. */
const MOST_PAIRS = 3000;
/** In one event of a journal. */
const MOST_POINTS = 200;

/** By the loss of every path. */
export class PathEvidence implements Evidence {
  readonly interval: number = 1;
  readonly needsLossPass: boolean = true;
  readonly #groups: readonly ChoiceGroup[];
  readonly #effectOrder: number;
  readonly #paths: MeasuredPath[];

  /** `effectOrder`: 2 for effects of pairs, too. */
  constructor(groups: readonly ChoiceGroup[], effectOrder: number, from: readonly MeasuredPath[]) {
    this.#groups = groups;
    this.#effectOrder = effectOrder;
    this.#paths = [...from];
  }

  get count(): number {
    return this.#paths.length;
  }

  async measure(images: TrainingBatch, { kept, round, lossPass }: Measuring): Promise<StepResult> {
    const result = await lossPass!.run(images);
    this.#paths.push({ round, kept, loss: Number.isFinite(result.loss) ? result.loss : null });
    return result;
  }

  effects(forgetting: number, active: Supports): PathEffects | null {
    return effectsOf(this.#groups, measurementsOf(this.#paths, forgetting), this.#effectOrder === 2 ? active : []);
  }

  fit(effects: PathEffects): RecoveryFit {
    return fitOf(measurementsOf(this.#paths, 1), effects);
  }

  state(): EvidenceState {
    return { paths: [...this.#paths], probed: [] };
  }

  release(): void {}
}

/**
 * The standardised losses. One of an earlier round counts (1 - `forgetting`) to the power of the rounds since; what counts nothing is left out.
 */
export function measurementsOf(paths: readonly MeasuredPath[], forgetting: number): readonly PathMeasurement[] {
  const last = paths.at(-1)?.round ?? 0;
  return Array.from({ length: last + 1 }, (_, round) => {
    const weight = (1 - forgetting) ** (last - round);
    const ofRound = weight === 0 ? [] : paths.filter((path) => path.round === round);
    const values = standardise(ofRound.map(({ loss }) => loss));
    return ofRound.map(({ kept }, index) => ({ kept, value: values[index]!, weight }));
  }).flat();
}

/**
 * Effects of all candidates by sparse coding of what was measured; null without measurements.
 *
 * @param pairsOf for each group the candidates whose pairs count too; of more than `MOST_PAIRS` pairs none does
 */
export function effectsOf(
  groups: readonly ChoiceGroup[],
  measurements: readonly PathMeasurement[],
  pairsOf: Supports = [],
): PathEffects | null {
  if (measurements.length === 0) return null;
  const places = pairsOf.flat().length;
  const hasPairs = (places * (places - 1)) / 2 <= MOST_PAIRS;
  return recoverPathEffects(measurements, {
    candidates: groups.map(({ candidates }) => candidates.length),
    pairsOf: hasPairs ? pairsOf : [],
  });
}

/** At most `MOST_POINTS` of some measurements, evenly spread, beside what the effects make of them, which is 0 in the mean of all. */
export function fitOf(measurements: readonly PathMeasurement[], effects: PathEffects): RecoveryFit {
  const score = scoreOf(effects);
  const scores = measurements.map(({ kept }) => score(kept));
  const middle = mean(scores);
  const count = Math.min(MOST_POINTS, measurements.length);
  const shown = Array.from({ length: count }, (_, point) => Math.floor((point * measurements.length) / count));
  const rounded = (value: number) => Math.round(value * 1e4) / 1e4;
  return {
    recovered: shown.map((index) => rounded(scores[index]! - middle)),
    measured: shown.map((index) => rounded(measurements[index]!.value)),
  };
}
