/**
 * @file Successive halving (Karnin et al. 2013; Jamieson and Talwalkar 2016): every rung has the same number of steps, shared out equally among those
 * that are left, and the better half of them goes on. With one rung it is the best of several that had an equal share each.
 */

export interface HalvingPlan {
  readonly entrants: number;
  readonly rungs: number;
  /** Of all rungs together. */
  readonly steps: number;
}

/** Plain data. */
export interface HalvingState extends HalvingPlan {
  /** Of each entrant the losses after its turns; null for one that is not finite. */
  readonly losses: readonly (readonly (number | null)[])[];
  /** Steps of the turn that is under way. */
  readonly taken: number;
}

/** One step of one entrant. */
export interface HalvingStep {
  readonly entrant: number;
  /** From 0, and how many there are, of its turn in this rung. */
  readonly step: number;
  readonly steps: number;
  /** Steps that it has had before this turn. */
  readonly before: number;
  /** How many steps whoever takes the next one has had until then; null after the last of all. */
  readonly following: number | null;
}

export class Halving {
  readonly #plan: HalvingPlan;
  readonly #losses: (number | null)[][];
  #taken: number;

  constructor(plan: HalvingPlan, from: HalvingState | null = null) {
    this.#plan = from === null ? plan : { entrants: from.entrants, rungs: from.rungs, steps: from.steps };
    this.#losses = from?.losses.map((losses) => [...losses]) ?? Array.from({ length: this.#plan.entrants }, () => []);
    this.#taken = from?.taken ?? 0;
  }

  /** Fewer entrants than were asked for where there are not enough steps for one of each. */
  static plan({ entrants, rungs, steps }: HalvingPlan): HalvingPlan {
    const most = Math.max(1, Math.floor(steps / rungs));
    return { entrants: Math.min(entrants, most), rungs, steps };
  }

  state(): HalvingState {
    return { ...this.#plan, losses: this.#losses.map((losses) => [...losses]), taken: this.#taken };
  }

  /** Null when all is over. */
  get next(): HalvingStep | null {
    for (let rung = 0; rung < this.#plan.rungs; rung++) {
      const [entrant, another] = this.#inRung(rung).filter((one) => this.#losses[one]!.length === rung);
      if (entrant === undefined) continue;
      const [step, steps, before] = [this.#taken, this.#lengthOf(rung), this.#before(rung)];
      const isLast = rung + 1 === this.#plan.rungs;
      const afterwards = another === undefined ? before + steps : before;
      const following = step + 1 < steps ? before + step + 1 : isLast && another === undefined ? null : afterwards;
      return { entrant, step, steps, before, following };
    }
    return null;
  }

  /** Steps that who comes to the end has had. */
  get longest(): number {
    return this.#before(this.#plan.rungs);
  }

  /** Of whom comes furthest the one with the least loss, the first one of equals; 0 before the first turn is over. */
  get best(): number {
    const order = [...this.#losses.keys()].sort(
      (a, b) => this.#losses[b]!.length - this.#losses[a]!.length || this.#compare(a, b),
    );
    return order[0]!;
  }

  /** Entrants whose turns in the last rung that began are over or to come. */
  get left(): number {
    const rung = Math.max(...this.#losses.map(({ length }) => length)) - 1;
    return this.#inRung(Math.max(0, rung)).length;
  }

  /** Takes note of the step `next`; `loss`: after the last step of a turn, the one that it is judged by. */
  take(loss: number | null): void {
    const { entrant, step, steps } = this.next!;
    this.#taken = step + 1;
    if (step + 1 < steps) return;
    this.#losses[entrant]!.push(loss);
    this.#taken = 0;
  }

  /** Steps of a turn. */
  #lengthOf(rung: number): number {
    const { steps, rungs } = this.#plan;
    return Math.max(1, Math.floor(steps / (rungs * this.#countOf(rung))));
  }

  #before(rung: number): number {
    return Array.from({ length: rung }, (_, index) => this.#lengthOf(index)).reduce((sum, length) => sum + length, 0);
  }

  #countOf(rung: number): number {
    return Math.max(1, Math.ceil(this.#plan.entrants / 2 ** rung));
  }

  /** By index, ascending. */
  #inRung(rung: number): readonly number[] {
    const all = [...this.#losses.keys()];
    if (rung === 0) return all;
    const before = this.#inRung(rung - 1);
    if (before.some((entrant) => this.#losses[entrant]!.length < rung)) return [];
    const byLoss = [...before].sort((a, b) => this.#compare(a, b, rung - 1));
    return byLoss.slice(0, this.#countOf(rung)).sort((a, b) => a - b);
  }

  /** By the loss after the turn in `rung`, the last one if it is not said; what has none comes last. */
  #compare(a: number, b: number, rung = -1): number {
    const lossOf = (entrant: number) => this.#losses[entrant]!.at(rung) ?? Number.POSITIVE_INFINITY;
    const [first, second] = [lossOf(a), lossOf(b)];
    return first === second ? a - b : first - second;
  }
}
