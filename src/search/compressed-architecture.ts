/**
 * @file The architecture as ISTA-NAS trains it: for each choice group a fixed random dictionary A, a measurement b that
 * Adam moves, and the sparse code z recovered from b (method 1.2, eq. 3-6). Between recoveries z and the support stand still and only b moves:
 * the mixture weights follow b, and their gradient goes back to b through the active columns of A.
 */

import type { ChoiceGroup, Supports } from "../choice/index.ts";
import type { MixtureWeights } from "../network/index.ts";
import type { RandomStreams } from "../random/index.ts";
import {
  createDictionary,
  type Dictionary,
  type DictionaryDistribution,
  edgeWeights,
  type LassoSolverName,
  measurementGradient,
  recover,
  type SparseCode,
} from "../sparse/index.ts";
import { Adam, type AdamState } from "../train/index.ts";
import type { SelectedGroup } from "./search-event.ts";

/** First values of a measurement: this times a standard normal. */
const INITIAL_SCALE = 1e-3;

/** Everything that later steps and recoveries depend on, as plain data. */
export interface ArchitectureState {
  readonly groups: readonly {
    readonly measurement: readonly number[];
    readonly optimizer: AdamState;
    /** Of the last recovery that was accepted. */
    readonly code: CodeState;
    readonly isFrozen: boolean;
  }[];
}

/** A sparse code as plain data. */
export type CodeState = Omit<SparseCode, "values" | "truncated"> & {
  readonly values: readonly number[];
  readonly truncated: readonly number[];
};

/** New codes that are not in use yet. */
export interface RecoveryProposal {
  /** Null for frozen groups. */
  readonly codes: readonly (SparseCode | null)[];
  /** Supports of all groups if it is accepted. */
  readonly supports: Supports;
  /** For each group ||z_new - z||_2 of the full codes, 0 for frozen ones. */
  readonly distances: readonly number[];
}

export interface CompressionOptions {
  /** Length m of each measurement. Default 7. */
  readonly measurements: number;
  readonly dictionary: DictionaryDistribution;
  /** Weight of the l1 norm in the recovery. Default 1e-5. */
  readonly l1Weight: number;
  readonly solver: LassoSolverName;
  readonly learningRate: number;
  /** Weight decay of Adam. Default 1e-3. */
  readonly weightDecay: number;
  /** For each group of the space, what multiplies the l1 weight of each candidate. Default: ones. */
  readonly l1Factors?: readonly (readonly number[])[];
}

interface GroupState {
  readonly group: ChoiceGroup;
  readonly dictionary: Dictionary;
  readonly measurement: Float64Array;
  readonly optimizer: Adam;
  readonly l1Weight: number | readonly number[];
  code: SparseCode;
  isFrozen: boolean;
}

export class CompressedArchitecture {
  readonly #options: CompressionOptions;
  readonly #groups: readonly GroupState[];

  /**
   * Draws dictionaries and measurements, and recovers the first codes. `attempt` names the draw of the measurements: another number,
   * other measurements.
   */
  constructor(groups: readonly ChoiceGroup[], streams: RandomStreams, options: CompressionOptions, attempt = 0) {
    this.#options = options;
    this.#groups = groups.map((group, index) => {
      const rows = options.measurements;
      const dictionary = createDictionary({
        rows,
        columns: group.candidates.length,
        distribution: options.dictionary,
        stream: streams.stream(`dictionary/${group.name}`),
      });
      const draws = streams.stream(
        attempt === 0 ? `measurement/${group.name}` : `measurement/${group.name}/${attempt}`,
      );
      const measurement = Float64Array.from({ length: rows }, () => INITIAL_SCALE * draws.normal());
      const { learningRate, weightDecay } = options;
      const optimizer = new Adam(rows, { learningRate, weightDecay });
      const factors = options.l1Factors?.[index];
      const l1Weight = factors === undefined ? options.l1Weight : factors.map((factor) => factor * options.l1Weight);
      const code = recover(dictionary, measurement, { sparsity: group.sparsity, l1Weight, solver: options.solver });
      return { group, dictionary, measurement, optimizer, l1Weight, code, isFrozen: false };
    });
  }

  /** Active candidates of each group, in the order of the space. */
  get supports(): Supports {
    return this.#groups.map(({ code }) => code.support);
  }

  /** What multiplies the active candidates now. */
  mixtureWeights(): MixtureWeights {
    return this.#groups.map(weightsOf);
  }

  /** Which groups stand still for good. */
  get frozen(): readonly boolean[] {
    return this.#groups.map(({ isFrozen }) => isFrozen);
  }

  /** The measurement and the code of a group stay as they are from now on. */
  freeze(index: number): void {
    this.#groups[index]!.isFrozen = true;
  }

  /** One step of Adam on every measurement that is not frozen, from the gradient of the mixture weights. */
  step(gradients: MixtureWeights): void {
    for (const [index, { dictionary, measurement, optimizer, code, isFrozen }] of this.#groups.entries()) {
      if (isFrozen) continue;
      optimizer.step(measurement, measurementGradient(dictionary, code.support, gradients[index]!));
    }
  }

  /** Recovers the code of every group that is not frozen, and uses it; returns what came out, group by group. */
  recover(): readonly SelectedGroup[] {
    return this.accept(this.propose());
  }

  /** Recovers the code of every group that is not frozen, without using it yet. */
  propose(): RecoveryProposal {
    const codes = this.#groups.map((state) => (state.isFrozen ? null : this.#recover(state)));
    return {
      codes,
      supports: this.#groups.map(({ code }, index) => (codes[index] ?? code).support),
      distances: this.#groups.map(({ code }, index) => distance(code.values, (codes[index] ?? code).values)),
    };
  }

  /** Uses the codes of a proposal. */
  accept({ codes }: RecoveryProposal): readonly SelectedGroup[] {
    return this.#groups.map((state, index) => {
      const before = state.code.support.join();
      state.code = codes[index] ?? state.code;
      return describe(state, state.code.support.join() !== before);
    });
  }

  /** Goes to a state of an architecture of the same space, seed and options. */
  restore({ groups }: ArchitectureState): void {
    for (const [index, state] of this.#groups.entries()) {
      const { measurement, optimizer, code, isFrozen } = groups[index]!;
      state.measurement.set(measurement);
      state.optimizer.restore(optimizer);
      state.code = {
        ...code,
        values: Float64Array.from(code.values),
        truncated: Float64Array.from(code.truncated),
      };
      state.isFrozen = isFrozen;
    }
  }

  state(): ArchitectureState {
    return {
      groups: this.#groups.map(({ measurement, optimizer, code, isFrozen }) => {
        const plain = { ...code, values: [...code.values], truncated: [...code.truncated] };
        return { measurement: [...measurement], optimizer: optimizer.state(), code: plain, isFrozen };
      }),
    };
  }

  /** The present codes without a new recovery. */
  describe(): readonly SelectedGroup[] {
    return this.#groups.map((state) => describe(state, false));
  }

  #recover({ group, dictionary, measurement, l1Weight }: GroupState): SparseCode {
    return recover(dictionary, measurement, { sparsity: group.sparsity, l1Weight, solver: this.#options.solver });
  }
}

function distance(a: Float64Array, b: Float64Array): number {
  return Math.sqrt(a.reduce((sum, value, k) => sum + (value - b[k]!) ** 2, 0));
}

function weightsOf(state: GroupState): Float64Array {
  return edgeWeights(state.dictionary, state.measurement, state.code);
}

function describe(state: GroupState, changed: boolean): SelectedGroup {
  const { group, measurement, code, isFrozen } = state;
  const norm = Math.sqrt(measurement.reduce((sum, value) => sum + value * value, 0));
  return {
    group: group.name,
    support: code.support,
    values: [...code.values],
    weights: [...weightsOf(state)],
    ...{ changed, isFrozen },
    figures: {
      // |A z - b| over |b|, of the truncated code and before it was truncated.
      relativeResidual: norm === 0 ? 0 : code.truncatedResidualNorm / norm,
      fullRelativeResidual: norm === 0 ? 0 : code.residualNorm / norm,
      nonZeros: code.values.filter((value) => value !== 0).length,
      dualityGap: code.dualityGap,
    },
    vectors: { measurement: [...measurement] },
  };
}
