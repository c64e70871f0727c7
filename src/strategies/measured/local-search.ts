/**
 * @file Architectures trained alone: one and those that differ from it in one candidate, by successive halving on the sum of their training losses,
 * which ranks better than any loss with shared weights; then the same around the best of them. It knows losses, and neither networks nor images.
 */
import type { ChoiceGroup, Supports } from "../../choice/index.ts";

/** Plain data. */
export interface LocalSearchState {
  /** Of all rounds together, as they were when it began: sums of losses can be compared over equally many steps alone. */
  readonly steps: number;
  /** Rounds that are over. */
  readonly round: number;
  /** Of this round. */
  readonly rung: number;
  /** The architecture that this round is about; after the last round the best. */
  readonly centre: Supports;
  /** Those of this rung, in the order in which they are trained. */
  readonly entrants: readonly Supports[];
  /** Sums of the losses of those that are done. */
  readonly scores: readonly number[];
  /** Of the one that is being trained. */
  readonly sum: number;
  readonly trained: number;
}

const ROUNDS = 2;
/** At most, beside the centre: those whose candidates have the largest effects. */
const NEIGHBOURS = 24;
/** Of the entrants of a round, how many are trained in each rung: one in so many. */
const RUNGS = [1, 4, 12];

export interface LocalSearchInputs {
  readonly groups: readonly ChoiceGroup[];
  /** Of all rounds together, for a search that begins. */
  readonly steps: number;
  /** The larger, the likelier it is that an architecture is good: of too many neighbours the likeliest are tried. */
  readonly likelihood: (supports: Supports) => number;
}

export class LocalSearch {
  readonly #inputs: LocalSearchInputs;
  readonly #steps: number;
  #round = 0;
  #rung = 0;
  #centre: Supports;
  #entrants: readonly Supports[];
  #scores: number[] = [];
  #sum = 0;
  #trained = 0;

  constructor(inputs: LocalSearchInputs, from: Supports | LocalSearchState) {
    this.#inputs = inputs;
    this.#steps = "centre" in from ? from.steps : inputs.steps;
    if ("centre" in from) {
      this.#round = from.round;
      this.#rung = from.rung;
      this.#centre = from.centre;
      this.#entrants = from.entrants;
      this.#scores = [...from.scores];
      this.#sum = from.sum;
      this.#trained = from.trained;
    } else {
      this.#centre = from;
      this.#entrants = this.#around(from);
    }
  }

  state(): LocalSearchState {
    return {
      ...{ steps: this.#steps, round: this.#round, rung: this.#rung, centre: this.#centre, entrants: this.#entrants },
      ...{ scores: [...this.#scores], sum: this.#sum, trained: this.#trained },
    };
  }

  /** The best of the rounds that are over. */
  get best(): Supports {
    return this.#centre;
  }

  /** What is trained next: an architecture, the step of its training from 0, and how many it has; null once all rounds are over. */
  get next(): { readonly supports: Supports; readonly step: number; readonly steps: number } | null {
    if (this.#round === ROUNDS) return null;
    return { supports: this.#entrants[this.#scores.length]!, step: this.#trained, steps: this.#length(this.#rung) };
  }

  /** Steps of the trainings that are left, the one that has begun without what it had: the same whatever their losses. */
  get lengths(): readonly number[] {
    const lengths: number[] = [];
    for (let round = this.#round; round < ROUNDS; round++) {
      const isThis = round === this.#round;
      for (let rung = isThis ? this.#rung : 0; rung < RUNGS.length; rung++) {
        const done = isThis && rung === this.#rung ? this.#scores.length : 0;
        for (let entrant = done; entrant < this.#count(rung); entrant++) lengths.push(this.#length(rung));
      }
    }
    return lengths;
  }

  /** The training loss of a step of what was next. */
  take(loss: number): void {
    this.#sum += loss;
    this.#trained++;
    if (this.#trained < this.#length(this.#rung)) return;
    this.#scores.push(this.#sum);
    this.#sum = 0;
    this.#trained = 0;
    if (this.#scores.length === this.#entrants.length) this.#endRung();
  }

  #endRung(): void {
    const order = this.#scores.map((_, index) => index).sort((a, b) => this.#scores[a]! - this.#scores[b]! || a - b);
    this.#rung++;
    const isOver = this.#rung === RUNGS.length;
    const kept = isOver ? 1 : this.#count(this.#rung);
    this.#entrants = order.slice(0, kept).map((index) => this.#entrants[index]!);
    this.#scores = [];
    if (!isOver) return;
    const [best] = this.#entrants;
    // Around the same architecture the same would be trained again.
    const hasMoved = keyOf(best!) !== keyOf(this.#centre);
    this.#centre = best!;
    this.#rung = 0;
    this.#round = hasMoved ? this.#round + 1 : ROUNDS;
    this.#entrants = this.#round === ROUNDS ? [] : this.#around(best!);
  }

  #count(rung: number): number {
    const first = 1 + Math.min(NEIGHBOURS, neighbourCount(this.#inputs.groups));
    return Math.min(first, Math.max(2, Math.ceil(first / RUNGS[rung]!)));
  }

  /** Rungs take equally many steps, the fewer entrants the more each. */
  #length(rung: number): number {
    return Math.max(1, Math.floor(this.#steps / ROUNDS / RUNGS.length / this.#count(rung)));
  }

  #around(centre: Supports): readonly Supports[] {
    const { groups, likelihood } = this.#inputs;
    const neighbours = neighboursOf(groups, centre).map((supports) => ({ supports, value: likelihood(supports) }));
    // Sorting is stable: of those that are as likely the first ones.
    neighbours.sort((a, b) => b.value - a.value);
    return [centre, ...neighbours.slice(0, NEIGHBOURS).map(({ supports }) => supports)];
  }
}

/** All architectures that keep one other candidate in one group. */
function neighboursOf(groups: readonly ChoiceGroup[], supports: Supports): readonly Supports[] {
  return groups.flatMap(({ candidates }, group) => {
    const support = supports[group]!;
    const others = candidates.map((_, index) => index).filter((index) => !support.includes(index));
    return support.flatMap((left) =>
      others.map((taken) => {
        const changed = support.map((index) => (index === left ? taken : index)).sort((a, b) => a - b);
        return supports.map((one, index) => (index === group ? changed : one));
      }),
    );
  });
}

function neighbourCount(groups: readonly ChoiceGroup[]): number {
  return groups.reduce((sum, { candidates, sparsity }) => sum + sparsity * (candidates.length - sparsity), 0);
}

function keyOf(supports: Supports): string {
  return supports.map((support) => support.join()).join("/");
}
