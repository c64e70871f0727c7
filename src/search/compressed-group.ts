/**
 * @file One choice group as ISTA-NAS trains it: a dictionary A, a measurement b that Adam moves, and the sparse code z recovered from b (method 1.2,
 * eq. 3-6). Between recoveries z and the support stand still and only b moves: the mixture weights follow b, and their gradient goes back to b through
 * the active columns of A. With debiased codes the weights are those of least squares on the support for the present b.
 */
import type { ChoiceGroup } from "../choice/index.ts";
import type { RandomStreams } from "../random/index.ts";
import {
  createDictionary,
  type Dictionary,
  debias,
  debiasedGradient,
  debiasedWeights,
  edgeWeights,
  learnDictionary,
  measurementGradient,
  mutualCoherence,
  type RecoverOptions,
  recover,
  recoveryPremise,
  type SparseCode,
} from "../sparse/index.ts";
import { Adam, type AdamState } from "../train/index.ts";
import type { CompressionOptions } from "./compression-options.ts";
import { drawMeasurement, scaleToUnitWeights } from "./first-measurement.ts";
import type { GroupPremise } from "./premise-remarks.ts";
import type { SelectedGroup } from "./search-event.ts";

/** A sparse code as plain data. */
export type CodeState = Omit<SparseCode, "values" | "truncated"> & {
  readonly values: readonly number[];
  readonly truncated: readonly number[];
};

/** A dictionary that is learned, as plain data. */
export interface LearnedState {
  /** Entries, row by row. */
  readonly dictionary: readonly number[];
  /** Measurements of the last recoveries, oldest first: what it was learned from. */
  readonly measurements: readonly (readonly number[])[];
  /** Root mean square of what codes leave of them, each over its length. */
  readonly residual: number;
}

/** What a recovery gives, which is not in use yet. */
export interface GroupProposal {
  readonly code: SparseCode;
  /** Null for a dictionary that stays as it was drawn. */
  readonly learned: LearnedState | null;
}

/** Measurements that a dictionary is learned from. */
const MOST_REMEMBERED = 32;

/** Everything of a group that later steps and recoveries depend on, as plain data. */
export interface CompressedGroupState {
  readonly measurement: readonly number[];
  readonly optimizer: AdamState;
  /** Of the last recovery that was accepted. */
  readonly code: CodeState;
  readonly isFrozen: boolean;
  readonly learned?: LearnedState | undefined;
}

export class CompressedGroup {
  readonly #group: ChoiceGroup;
  readonly #options: CompressionOptions;
  readonly #streams: RandomStreams;
  readonly #l1Weight: number | readonly number[];
  readonly #optimizer: Adam;
  readonly #measurement: Float64Array;
  #dictionary: Dictionary;
  #learned: LearnedState | null;
  #code: SparseCode;
  #isFrozen = false;

  /** Draws dictionary and measurement, and recovers the first code. `l1Factors`: what multiplies the l1 weight of each candidate; null for ones. */
  constructor(
    group: ChoiceGroup,
    streams: RandomStreams,
    options: CompressionOptions,
    l1Factors: readonly number[] | null,
  ) {
    const { l1Weight, learningRate, weightDecay } = options;
    const columns = group.candidates.length;
    const rows = options.dictionary === "identity" ? columns : options.measurements;
    this.#group = group;
    this.#options = options;
    this.#streams = streams;
    this.#l1Weight = l1Factors === null ? l1Weight : l1Factors.map((factor) => factor * l1Weight);
    this.#dictionary = createDictionary({
      ...{ rows, columns },
      distribution: options.dictionary === "learned" ? "unit-norm" : options.dictionary,
      stream: streams.stream(`dictionary/${group.name}`),
    });
    const isLearned = options.dictionary === "learned";
    this.#learned = isLearned ? { dictionary: [...this.#dictionary.values], measurements: [], residual: 0 } : null;
    this.#measurement = new Float64Array(rows);
    this.#optimizer = new Adam(rows, { learningRate, weightDecay });
    this.#code = this.drawMeasurement(0);
  }

  /** Draws a first measurement and uses its code. `attempt` names the draw: another number, another measurement. */
  drawMeasurement(attempt: number): SparseCode {
    const { name, sparsity } = this.#group;
    const { measurementStart, measurementScale } = this.#options;
    const draws = this.#streams.stream(attempt === 0 ? `measurement/${name}` : `measurement/${name}/${attempt}`);
    this.#measurement.set(drawMeasurement(this.#dictionary, sparsity, measurementStart, draws));
    if (measurementScale === "unit") {
      scaleToUnitWeights(this.#measurement, () => this.#weightsOf(this.#recover()));
    }
    this.#code = this.#recover();
    return this.#code;
  }

  /** The code in use. */
  get code(): SparseCode {
    return this.#code;
  }

  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  /** The measurement and the code stay as they are from now on. */
  freeze(): void {
    this.#isFrozen = true;
  }

  /** What multiplies the active candidates now, in the order of the support. */
  get weights(): Float64Array {
    return this.#weightsOf(this.#code);
  }

  /** One step of Adam from the gradient of the mixture weights, in the order of the support; none of a frozen group. */
  step(gradient: ArrayLike<number>): void {
    if (this.#isFrozen) return;
    const { support } = this.#code;
    const back = this.#options.codes === "debiased" ? debiasedGradient : measurementGradient;
    this.#optimizer.step(this.#measurement, back(this.#dictionary, support, gradient));
  }

  /** The code of the present measurement, under the dictionary that is learned with it if it is to be. */
  propose(): GroupProposal {
    if (this.#learned === null) return { code: this.#recover(), learned: null };
    const measurements = [...this.#learned.measurements, [...this.#measurement]].slice(-MOST_REMEMBERED);
    const { dictionary, residual } = learnDictionary(this.#dictionary, measurements, this.#recoverOptions);
    return {
      code: this.#recover(dictionary),
      learned: { dictionary: [...dictionary.values], measurements, residual },
    };
  }

  /** Uses a proposal. Whether its support differs from the one before. */
  use({ code, learned }: GroupProposal): boolean {
    const before = this.#code.support.join();
    this.#code = code;
    if (learned !== null) this.#use(learned);
    return code.support.join() !== before;
  }

  /** What the dictionary in use keeps of what recovery needs. */
  get premise(): GroupPremise {
    const { name, sparsity } = this.#group;
    const { rows, columns } = this.#dictionary;
    const sets = this.#streams.stream(`dictionary/${name}/sets`);
    return { group: name, rows, columns, sparsity, ...recoveryPremise(this.#dictionary, sparsity, sets) };
  }

  /** Goes to a state of the same group, seed and options. */
  restore({ measurement, optimizer, code, isFrozen, learned }: CompressedGroupState): void {
    if (learned !== undefined) this.#use(learned);
    this.#measurement.set(measurement);
    this.#optimizer.restore(optimizer);
    this.#code = {
      ...code,
      values: Float64Array.from(code.values),
      truncated: Float64Array.from(code.truncated),
    };
    this.#isFrozen = isFrozen;
  }

  state(): CompressedGroupState {
    const code = { ...this.#code, values: [...this.#code.values], truncated: [...this.#code.truncated] };
    const optimizer = this.#optimizer.state();
    const learned = this.#learned === null ? {} : { learned: this.#learned };
    return { measurement: [...this.#measurement], optimizer, code, isFrozen: this.#isFrozen, ...learned };
  }

  /** The code in use as a selection tells it. */
  describe(changed: boolean): SelectedGroup {
    const code = this.#code;
    const norm = Math.sqrt(this.#measurement.reduce((sum, value) => sum + value * value, 0));
    return {
      group: this.#group.name,
      support: code.support,
      values: [...code.values],
      weights: [...this.weights],
      ...{ changed, isFrozen: this.#isFrozen },
      figures: {
        // |A z - b| over |b|, of the truncated code and before it was truncated.
        relativeResidual: norm === 0 ? 0 : code.truncatedResidualNorm / norm,
        fullRelativeResidual: norm === 0 ? 0 : code.residualNorm / norm,
        nonZeros: code.values.filter((value) => value !== 0).length,
        dualityGap: code.dualityGap,
        ...(this.#learned === null
          ? {}
          : { coherence: mutualCoherence(this.#dictionary), learnedResidual: this.#learned.residual }),
      },
      vectors: { measurement: [...this.#measurement] },
    };
  }

  get #recoverOptions(): RecoverOptions {
    return { sparsity: this.#group.sparsity, l1Weight: this.#l1Weight, solver: this.#options.solver };
  }

  #recover(dictionary: Dictionary = this.#dictionary): SparseCode {
    const code = recover(dictionary, this.#measurement, this.#recoverOptions);
    return this.#options.codes === "debiased" ? debias(dictionary, this.#measurement, code) : code;
  }

  #use(learned: LearnedState): void {
    const { rows, columns } = this.#dictionary;
    this.#dictionary = { rows, columns, values: Float64Array.from(learned.dictionary) };
    this.#learned = learned;
  }

  #weightsOf(code: SparseCode): Float64Array {
    return this.#options.codes === "debiased"
      ? debiasedWeights(this.#dictionary, this.#measurement, code.support)
      : edgeWeights(this.#dictionary, this.#measurement, code);
  }
}
