/**
 * @file Architectures trained alone: one and those that differ from it in one candidate, each for a short while; then the best of them and the changes
 * that did best, applied to it, for longer; and so once more. Losses of trainings alone rank better than any loss with shared weights. A short training
 * likes what is easy to train, though, so a change has to stand out. It knows losses, and neither networks nor images.
 */
import type { ChoiceGroup, Supports } from "../../choice/index.ts";
import { clearMargin, clearWinner } from "./clear-winner.ts";
import { type Edit, editAfter, editsOf, neighbourCount, withEdit } from "./edits.ts";
import { localSearchPlan, type Rung } from "./local-search-plan.ts";

/** An architecture that is trained, and how it differs from the one that its rung is about; null for that one itself. */
interface Entrant {
  readonly supports: Supports;
  readonly edit: Edit | null;
  /** Whether it has proved to be as good as that one, in the rung before: then the better score wins, however close they are. */
  readonly isLevel: boolean;
}

/** Plain data. */
export interface LocalSearchState {
  /** Of all rungs together, as they were when it began: trainings of one rung must have one length. */
  readonly steps: number;
  /** Rungs that are over. */
  readonly rung: number;
  /** What a change has to be ahead by, a step that counts; null in the first rung, whose scores say it. */
  readonly margin: number | null;
  /** The architecture that this rung is about; after the last one the best. */
  readonly centre: Supports;
  /** What is trained in this rung, in this order. */
  readonly entrants: readonly Entrant[];
  /** Of those that are done. */
  readonly scores: readonly number[];
  /** Sum of the losses that count, of the training that is under way. */
  readonly sum: number;
  readonly trained: number;
}

/** What a search begins with. */
export interface LocalSearchStart {
  readonly centre: Supports;
  /** Of all rungs together. */
  readonly steps: number;
  /** The larger, the likelier it is that an architecture is good: of too many neighbours the likeliest are tried. */
  readonly likelihood: (supports: Supports) => number;
}

/** What is trained next: an architecture, the step of its training from 0, and how many it has. */
export interface NextStep {
  readonly supports: Supports;
  readonly step: number;
  readonly steps: number;
}

export class LocalSearch {
  readonly #plan: readonly Rung[];
  #state: LocalSearchState;

  constructor(groups: readonly ChoiceGroup[], from: LocalSearchStart | LocalSearchState) {
    this.#plan = localSearchPlan(neighbourCount(groups), from.steps);
    this.#state = "likelihood" in from ? this.#begin(groups, from) : from;
  }

  state(): LocalSearchState {
    return this.#state;
  }

  /** The best of the rungs that are over. */
  get best(): Supports {
    return this.#state.centre;
  }

  /** Null once all rungs are over. */
  get next(): NextStep | null {
    const { entrants, scores, trained } = this.#state;
    const entrant = entrants[scores.length];
    return entrant === undefined ? null : { supports: entrant.supports, step: trained, steps: this.#length };
  }

  /** The training loss of a step of what was next. Those of the second half of a training count. */
  take(loss: number): void {
    const { entrants, scores, sum, trained } = this.#state;
    const length = this.#length;
    const counted = sum + (trained >= length - countedSteps(length) ? loss : 0);
    if (trained + 1 < length) {
      this.#state = { ...this.#state, sum: counted, trained: trained + 1 };
      return;
    }
    this.#state = { ...this.#state, scores: [...scores, counted], sum: 0, trained: 0 };
    if (scores.length + 1 === entrants.length) this.#endRung();
  }

  get #length(): number {
    return this.#plan[this.#state.rung]!.length;
  }

  #begin(groups: readonly ChoiceGroup[], { centre, steps, likelihood }: LocalSearchStart): LocalSearchState {
    const neighbours = editsOf(groups).flatMap((edit): readonly Entrant[] => {
      const supports = withEdit(centre, edit);
      return supports === null ? [] : [{ supports, edit, isLevel: false }];
    });
    const values = neighbours.map(({ supports }) => likelihood(supports));
    const order = ascending(values.map((value) => -value)).slice(0, this.#plan[0]!.count - 1);
    const entrants = [{ supports: centre, edit: null, isLevel: true }, ...order.map((index) => neighbours[index]!)];
    return { steps, rung: 0, margin: null, centre, entrants, scores: [], sum: 0, trained: 0 };
  }

  #endRung(): void {
    const { entrants, scores, rung, steps } = this.#state;
    const counted = countedSteps(this.#length);
    // Of all changes, once: those of later rungs were chosen, and their spread says nothing.
    const margin = this.#state.margin ?? clearMargin(scores[0]!, scores.slice(1)) / counted;
    const level = entrants.flatMap(({ isLevel }, index) => (isLevel ? [index] : []));
    const winner = clearWinner(scores, level, margin * counted);
    const best = entrants[winner.index]!;
    // First those that are level with the best: they are what longer trainings are for.
    const isLevel = (index: number) => Number(winner.level.includes(index));
    const others = ascending(scores)
      .filter((index) => index !== winner.index)
      .sort((a, b) => isLevel(b) - isLevel(a));
    const centre = best.supports;
    const count = this.#plan[rung + 1]?.count ?? 0;
    const next = others.flatMap((index): readonly Entrant[] => {
      const other = entrants[index]!;
      const edit = best.edit === null ? other.edit : editAfter(best.edit, other.edit);
      const supports = edit === null ? null : withEdit(centre, edit);
      if (supports === null) return [];
      // What becomes another architecture on top of the best one has to prove its worth there.
      const isSame = keyOf(supports) === keyOf(other.supports);
      return [{ supports, edit, isLevel: isSame && winner.level.includes(index) }];
    });
    const rivals = next.slice(0, Math.max(0, count - 1));
    const entered = rivals.length === 0 ? [] : [{ supports: centre, edit: null, isLevel: true }, ...rivals];
    this.#state = { steps, rung: rung + 1, margin, centre, entrants: entered, scores: [], sum: 0, trained: 0 };
  }
}

/** Of a training, from its end: the losses before are bad for all. */
function countedSteps(length: number): number {
  return length - Math.floor(length / 2);
}

function keyOf(supports: Supports): string {
  return supports.join("/");
}

/** Indices, the smallest value first; of equal ones the first. */
function ascending(values: readonly number[]): readonly number[] {
  return values.map((_, index) => index).sort((a, b) => values[a]! - values[b]! || a - b);
}
