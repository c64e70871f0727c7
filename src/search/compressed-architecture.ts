/**
 * @file The architecture as ISTA-NAS trains it: for each choice group a fixed random dictionary A, a measurement b that
 * Adam moves, and the sparse code z recovered from b (method 1.2, eq. 3-6). Between recoveries z and the support stand still and only b moves:
 * the edge weights follow b, and their gradient goes back to b through the active columns of A.
 */
import type { RandomStreams } from "../random/index.ts";
import type { CellKind, ChoiceGroup, SearchSpace } from "../space/index.ts";
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
import { Adam, type EdgeWeightVectors } from "../train/index.ts";
import type { RecoveredGroup } from "./strategy.ts";

/** First values of a measurement: this times a standard normal. */
const INITIAL_SCALE = 1e-3;

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
}

interface GroupState {
  readonly group: ChoiceGroup;
  readonly dictionary: Dictionary;
  readonly measurement: Float64Array;
  readonly optimizer: Adam;
  code: SparseCode;
}

export class CompressedArchitecture {
  readonly #options: CompressionOptions;
  readonly #groups: readonly GroupState[];

  /** Draws dictionaries and measurements, and recovers the first codes. */
  constructor(space: SearchSpace, streams: RandomStreams, options: CompressionOptions) {
    this.#options = options;
    this.#groups = space.groups.map((group) => {
      const rows = options.measurements;
      const dictionary = createDictionary({
        rows,
        columns: group.candidates.length,
        distribution: options.dictionary,
        stream: streams.stream(`dictionary/${group.name}`),
      });
      const draws = streams.stream(`measurement/${group.name}`);
      const measurement = Float64Array.from({ length: rows }, () => INITIAL_SCALE * draws.normal());
      const { learningRate, weightDecay } = options;
      const optimizer = new Adam(rows, { learningRate, weightDecay });
      return { group, dictionary, measurement, optimizer, code: this.#recover(group, dictionary, measurement) };
    });
  }

  /** Active candidates of each group, in the order of the space. */
  get supports(): readonly (readonly number[])[] {
    return this.#groups.map(({ code }) => code.support);
  }

  /** What multiplies the active candidates now, in the order of the network's picks. */
  edgeWeights(): EdgeWeightVectors {
    const vector = (kind: CellKind) =>
      this.#groups.flatMap((state) => (state.group.cell === kind ? [...weightsOf(state)] : []));
    return { normal: vector("normal"), reduce: vector("reduce") };
  }

  /** One step of Adam on every measurement, from the gradient of the edge weights. */
  step(gradients: EdgeWeightVectors): void {
    const position = { normal: 0, reduce: 0 };
    for (const { group, dictionary, measurement, optimizer, code } of this.#groups) {
      const gradient = code.support.map((_, k) => gradients[group.cell][position[group.cell] + k]!);
      position[group.cell] += code.support.length;
      optimizer.step(measurement, measurementGradient(dictionary, code.support, gradient));
    }
  }

  /** Recovers every code from its measurement; returns what came out, group by group. */
  recover(): readonly RecoveredGroup[] {
    return this.#groups.map((state) => {
      const before = state.code.support.join();
      state.code = this.#recover(state.group, state.dictionary, state.measurement);
      return describe(state, state.code.support.join() !== before);
    });
  }

  /** The present codes without a new recovery. */
  describe(): readonly RecoveredGroup[] {
    return this.#groups.map((state) => describe(state, false));
  }

  #recover(group: ChoiceGroup, dictionary: Dictionary, measurement: Float64Array): SparseCode {
    const { l1Weight, solver } = this.#options;
    return recover(dictionary, measurement, { sparsity: group.sparsity, l1Weight, solver });
  }
}

function weightsOf(state: GroupState): Float64Array {
  return edgeWeights(state.dictionary, state.measurement, state.code);
}

function describe(state: GroupState, changed: boolean): RecoveredGroup {
  const { group, measurement, code } = state;
  const norm = Math.sqrt(measurement.reduce((sum, value) => sum + value * value, 0));
  return {
    group: group.name,
    support: code.support,
    code: code.support.map((k) => code.values[k]!),
    edgeWeights: [...weightsOf(state)],
    relativeResidual: norm === 0 ? 0 : code.truncatedResidualNorm / norm,
    dualityGap: code.dualityGap,
    changed,
  };
}
