/** @file The architecture as ISTA-NAS trains it: a dictionary, a measurement and a sparse code for each choice group. */

import type { ChoiceGroup, Supports } from "../choice/index.ts";
import type { MixtureWeights } from "../network/index.ts";
import type { RandomStreams } from "../random/index.ts";
import { CompressedGroup, type CompressedGroupState, type GroupProposal } from "./compressed-group.ts";
import type { CompressionOptions } from "./compression-options.ts";
import type { GroupPremise } from "./premise-remarks.ts";
import type { SelectedGroup } from "./search-event.ts";

/** Everything that later steps and recoveries depend on, as plain data. */
export interface ArchitectureState {
  readonly groups: readonly CompressedGroupState[];
}

/** New codes that are not in use yet, and what dictionaries were learned with them. */
export interface RecoveryProposal {
  /** Null for frozen groups. */
  readonly groups: readonly (GroupProposal | null)[];
  /** Supports of all groups if it is accepted. */
  readonly supports: Supports;
  /** For each group ||z_new - z||_2 of the full codes, 0 for frozen ones. */
  readonly distances: readonly number[];
}

export class CompressedArchitecture {
  readonly #groups: readonly CompressedGroup[];

  /** Draws dictionaries and measurements, and recovers the first codes. */
  constructor(groups: readonly ChoiceGroup[], streams: RandomStreams, options: CompressionOptions) {
    this.#groups = groups.map(
      (group, index) => new CompressedGroup(group, streams, options, options.l1Factors?.[index] ?? null),
    );
  }

  /** Draws other first measurements, and uses their codes; the dictionaries stay. `attempt`: from 1, another number for each draw. */
  drawAgain(attempt: number): void {
    for (const group of this.#groups) group.drawMeasurement(attempt);
  }

  /** Active candidates of each group, in the order of the space. */
  get supports(): Supports {
    return this.#groups.map(({ code }) => code.support);
  }

  /** What multiplies the active candidates now. */
  mixtureWeights(): MixtureWeights {
    return this.#groups.map(({ weights }) => weights);
  }

  /** Which groups stand still for good. */
  get frozen(): readonly boolean[] {
    return this.#groups.map(({ isFrozen }) => isFrozen);
  }

  /** The measurement and the code of a group stay as they are from now on. */
  freeze(index: number): void {
    this.#groups[index]!.freeze();
  }

  /** One step of Adam on every measurement that is not frozen, from the gradient of the mixture weights. */
  step(gradients: MixtureWeights): void {
    for (const [index, group] of this.#groups.entries()) group.step(gradients[index]!);
  }

  /** Recovers the code of every group that is not frozen, and uses it; returns what came out, group by group. */
  recover(): readonly SelectedGroup[] {
    return this.accept(this.propose());
  }

  /** Recovers the code of every group that is not frozen, without using it yet. */
  propose(): RecoveryProposal {
    const groups = this.#groups.map((group) => (group.isFrozen ? null : group.propose()));
    const codes = groups.map((proposal, index) => (proposal ?? this.#groups[index]!).code);
    return {
      groups,
      supports: codes.map(({ support }) => support),
      distances: this.#groups.map(({ code }, index) => distance(code.values, codes[index]!.values)),
    };
  }

  /** Uses the codes of a proposal. */
  accept({ groups }: RecoveryProposal): readonly SelectedGroup[] {
    return this.#groups.map((group, index) => {
      const proposal = groups[index]!;
      return group.describe(proposal !== null && group.use(proposal));
    });
  }

  /** What the dictionaries in use keep of what recovery needs. */
  premises(): readonly GroupPremise[] {
    return this.#groups.map(({ premise }) => premise);
  }

  /** Goes to a state of an architecture of the same space, seed and options. */
  restore({ groups }: ArchitectureState): void {
    for (const [index, group] of this.#groups.entries()) group.restore(groups[index]!);
  }

  state(): ArchitectureState {
    return { groups: this.#groups.map((group) => group.state()) };
  }

  /** The present codes without a new recovery. */
  describe(): readonly SelectedGroup[] {
    return this.#groups.map((group) => group.describe(false));
  }
}

function distance(a: Float64Array, b: Float64Array): number {
  return Math.sqrt(a.reduce((sum, value, k) => sum + (value - b[k]!) ** 2, 0));
}
