import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ChoiceGroup, randomSupports, type Supports } from "../../../src/choice/index.ts";
import { RandomStreams } from "../../../src/random/index.ts";
import { clearMargin, clearWinner } from "../../../src/strategies/measured/clear-winner.ts";
import { LocalSearch, type LocalSearchStart } from "../../../src/strategies/measured/local-search.ts";
import { localSearchPlan, type Rung } from "../../../src/strategies/measured/local-search-plan.ts";

function groupsOf(...shapes: readonly (readonly [count: number, sparsity: number])[]): readonly ChoiceGroup[] {
  return shapes.map(([count, sparsity], group) => ({
    ...{ name: `group${group}`, sparsity },
    candidates: Array.from({ length: count }, (_, index) => ({ name: `c${index}`, label: `${index}`, cost: 0 })),
  }));
}

/** Six groups of five, as many as NAS-Bench-201 has, and nothing known beforehand. */
const INPUTS: { readonly groups: readonly ChoiceGroup[] } & Omit<LocalSearchStart, "centre"> = {
  ...{ groups: groupsOf([5, 1], [5, 1], [5, 1], [5, 1], [5, 1], [5, 1]), steps: 24_000 },
  likelihood: () => 0,
};
const ZEROS: Supports = INPUTS.groups.map(() => [0]);

function begin({ groups, ...start }: typeof INPUTS, centre: Supports): LocalSearch {
  return new LocalSearch(groups, { ...start, centre });
}

/** How many groups differ. */
function distance(a: Supports, b: Supports): number {
  return a.filter((support, group) => support.join() !== b[group]!.join()).length;
}

/** Trains to the end with losses by distance from `best`. */
function finish(search: LocalSearch, best: Supports): { trained: Supports[]; lengths: number[] } {
  const [trained, lengths]: [Supports[], number[]] = [[], []];
  for (let { next } = search; next !== null; { next } = search) {
    if (next.step === 0) {
      trained.push(next.supports);
      lengths.push(next.steps);
    }
    search.take(1 + distance(next.supports, best) / (1 + next.step));
  }
  return { trained, lengths };
}

describe("local search by trainings alone", () => {
  it("trains the architecture and all its neighbours shortly, then ever fewer for longer", () => {
    const { trained, lengths } = finish(begin(INPUTS, ZEROS), ZEROS);
    const plan = localSearchPlan(24, INPUTS.steps);
    expect(lengths).toEqual(plan.flatMap(({ count, length }) => new Array(count).fill(length)));
    expect(trained[0]).toEqual(ZEROS);
    expect(trained.slice(1, 25).map((one) => distance(one, ZEROS))).toEqual(new Array(24).fill(1));
    expect(new Set(trained.slice(0, 25).map((one) => one.join("/"))).size).toBe(25);
  });

  it("tries around a better one what did best before, the way back among it, and nothing twice in a rung", () => {
    const best = ZEROS.with(1, [3]).with(4, [2]);
    const { trained, lengths } = finish(begin(INPUTS, ZEROS), best);
    const keys = trained.map((one, index) => `${one.join("/")} ${lengths[index]}`);
    expect(new Set(keys).size).toBe(keys.length);
    const second = trained.slice(25, 25 + 13);
    expect(second[0]).toEqual(ZEROS.with(1, [3]));
    expect(second).toContainEqual(best);
    expect(second).toContainEqual(ZEROS);
    expect(second.slice(1).map((one) => distance(one, second[0]!))).toEqual(new Array(12).fill(1));
  });

  it("lets longer trainings decide between two that stood out, however close they are", () => {
    const [early, late] = [ZEROS.with(2, [4]), ZEROS.with(2, [1])];
    const search = begin(INPUTS, ZEROS);
    const first = search.next!.steps;
    for (let { next } = search; next !== null; { next } = search) {
      const [isEarly, isLate] = [early, late].map((one) => distance(next!.supports, one) === 0);
      // Ahead by a hair: the one in short trainings, the other in long ones.
      const ahead = next.steps === first ? isEarly : isLate;
      const noise = ((7 * next.supports.flat().reduce((sum, index) => 5 * sum + index, 1)) % 11) / 11;
      search.take(isEarly || isLate ? 1 - (ahead ? 1e-3 : 0) : 2 + 0.2 * noise);
    }
    expect(search.best).toEqual(late);
  });

  it("trains what is level with the best once more, however many others did better than that", () => {
    const [pool, skip] = [ZEROS.with(2, [4]), ZEROS.with(2, [1])];
    const search = begin(INPUTS, ZEROS);
    const lengths = localSearchPlan(24, INPUTS.steps).map(({ length }) => length);
    const trained: string[][] = lengths.map(() => []);
    for (let { next } = search; next !== null; { next } = search) {
      const rung = lengths.indexOf(next.steps);
      if (next.step === 0) trained[rung]!.push(next.supports.join());
      const place = next.supports[2]![0]!;
      const edits = distance(next.supports, ZEROS.with(2, [place]));
      // The two stand out; of the first rung's second best every change is better in the second rung, though not by the margin.
      const noise = 1e-3 * ((7 * next.supports.flat().reduce((sum, index) => 5 * sum + index, 1)) % 11);
      const ofPlace = rung === 0 ? (place === 4 ? 1 : place === 1 ? 1.01 : 2) : place === 4 ? 1.02 : 1.01;
      search.take(rung === 0 ? ofPlace + (place === 0 ? noise + 0.1 * edits : 0.1 * edits) : ofPlace - 1e-3 * edits);
    }
    expect(trained[1]).toEqual(expect.arrayContaining([pool.join(), skip.join()]));
    expect(trained[2]).toEqual(expect.arrayContaining([pool.join(), skip.join()]));
  });

  it("asks of longer trainings to be ahead of as much as all changes gained, not as the few that are left do", () => {
    const bait = ZEROS.with(4, [2]);
    const search = begin(INPUTS, ZEROS);
    const first = search.next!.steps;
    for (let { next } = search; next !== null; { next } = search) {
      const noise = ((7 * next.supports.flat().reduce((sum, index) => 5 * sum + index, 1)) % 11) / 11;
      // Of the changes that are left one is a little better, and the others are alike.
      const isBait = distance(next.supports, bait) === 0;
      search.take(next.steps === first ? (isBait ? 1 : 1 + 0.2 * noise) : isBait ? 0.9 : 1);
    }
    expect(search.best).toEqual(ZEROS);
  });

  it("lets the second half of the losses decide", () => {
    const search = begin(INPUTS, ZEROS);
    const liked = ZEROS.with(2, [4]);
    const isLiked = (supports: Supports) => distance(supports, liked) === 0;
    for (let { next } = search; next !== null; { next } = search) {
      const isLate = next.step >= next.steps / 2;
      search.take(isLate ? Number(!isLiked(next.supports)) : 100 * Number(isLiked(next.supports)));
    }
    expect(search.best).toEqual(liked);
  });

  it("gets to the best within two edits, for any beginning", () => {
    const property = fc.property(fc.nat(1e6), fc.integer({ min: 0, max: 2 }), (seed, edits) => {
      const stream = new RandomStreams(seed).stream("best");
      const start = randomSupports(INPUTS.groups, stream);
      const best = start.map((support, group) =>
        group < edits ? [(support[0]! + 1 + stream.integer(4)) % 5] : support,
      );
      const search = begin(INPUTS, start);
      finish(search, best);
      expect(search.best).toEqual(best);
    });
    fc.assert(property, { seed: 1, numRuns: 30 });
  });

  it("tries the likeliest of too many neighbours, which keep their number of candidates", () => {
    const groups = groupsOf([14, 2], [21, 2]);
    const likelihood = (supports: Supports) => supports.flat().reduce((sum, index) => sum + index, 0);
    const search = begin({ groups, steps: 24_000, likelihood }, [
      [0, 1],
      [0, 1],
    ]);
    const { trained } = finish(search, [
      [0, 1],
      [0, 1],
    ]);
    const neighbours = trained.slice(1, 25);
    expect(neighbours[0]).toEqual([
      [0, 1],
      [1, 20],
    ]);
    for (const supports of neighbours) {
      expect(supports.map(({ length }) => length)).toEqual([2, 2]);
      expect(supports).toEqual(supports.map((support) => [...support].sort((a, b) => a - b)));
    }
    const values = neighbours.map(likelihood);
    expect(values).toEqual([...values].sort((a, b) => b - a));
  });

  it("goes on from any state to the same end", () => {
    const inputs = { ...INPUTS, steps: 720 };
    const best = ZEROS.with(0, [3]);
    const whole = begin(inputs, ZEROS);
    const states = [];
    for (let { next } = whole; next !== null; { next } = whole) {
      states.push(JSON.parse(JSON.stringify(whole.state())) as ReturnType<LocalSearch["state"]>);
      whole.take(1 + distance(next.supports, best) / (1 + next.step));
    }
    for (const state of states) {
      const search = new LocalSearch(inputs.groups, state);
      expect(search.state()).toEqual(state);
      finish(search, best);
      expect(search.best).toEqual(whole.best);
    }
    expect(whole.best).toEqual(best);
  });
});

describe("the winner of several trainings", () => {
  it("is ahead by more than the margin, or it is the one that they are changes of", () => {
    expect(clearWinner([2, 1.9, 2.1, 2.05, 2.2, 2.15], [0], 0.2)).toEqual({ index: 0, level: [] });
    expect(clearWinner([2, 2.1, 2.05, 1.6, 2.2, 2.15], [0], 0.2)).toEqual({ index: 3, level: [] });
    expect(clearWinner([2, 2, 2], [0], 0)).toEqual({ index: 0, level: [] });
    expect(clearWinner([2, 1.9], [0], 0)).toEqual({ index: 1, level: [] });
  });

  it("is level with what is ahead beside it, and then the better one wins however close they are", () => {
    expect(clearWinner([2, 1.61, 2.05, 1.6, 2.2, 2.15, 2.1, 2.12], [0], 0.2)).toEqual({ index: 3, level: [1] });
    expect(clearWinner([1.6, 1.59, 2.05, 2.2, 2.15], [0, 1], 0.2)).toEqual({ index: 1, level: [0] });
    expect(clearWinner([1.6, 1.61, 1.58, 2.2, 2.15], [0, 1], 0.2)).toEqual({ index: 0, level: [1] });
    expect(clearWinner([1.6, 1.61], [0, 1], 0)).toEqual({ index: 0, level: [1] });
  });

  it("has to be ahead of what most changes gain, by two of their spreads", () => {
    expect(clearMargin(2, [2.2, 2.3, 2.1, 2.25, 2.15])).toBeCloseTo(2 * 1.4826 * 0.05, 12);
    expect(clearMargin(2.4, [2.2, 2.3, 2.1, 2.25, 2.15])).toBeCloseTo(0.2 + 2 * 1.4826 * 0.05, 12);
    expect(clearMargin(2, [1, 1])).toBe(0);
    expect(clearMargin(2, [])).toBe(0);
  });

  it("is seldom one of two dozen that are all alike", () => {
    const stream = new RandomStreams(1).stream("alike");
    const draw = () => {
      const scores = Array.from({ length: 25 }, () => stream.normal());
      return clearWinner(scores, [0], clearMargin(scores[0]!, scores.slice(1))).index;
    };
    const wins = Array.from({ length: 400 }, draw);
    // Of plain comparisons all but one in 25 would be won by another one.
    expect(wins.filter((index) => index !== 0).length).toBeLessThan(0.45 * wins.length);
  });

  it("stays the same if all scores are shifted and scaled", () => {
    const property = fc.property(
      fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 2, maxLength: 25 }),
      fc.integer({ min: -100, max: 100 }),
      fc.integer({ min: 1, max: 7 }),
      (scores, shift, scale) => {
        const winnerOf = (all: readonly number[]) => clearWinner(all, [0], clearMargin(all[0]!, all.slice(1)));
        expect(winnerOf(scores.map((score) => scale * score + shift))).toEqual(winnerOf(scores));
      },
    );
    fc.assert(property, { seed: 1 });
  });
});

describe("plan of a local search", () => {
  it("shares out all steps and no more, and rather tries fewer than train them for too short", () => {
    const property = fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 50_000 }),
      (most, steps) => {
        const plan = localSearchPlan(most, steps);
        const [{ count, length }] = plan as [Rung];
        const all = plan.reduce((sum, rung) => sum + rung.count * rung.length, 0);
        if (length > 1) expect(all).toBeLessThanOrEqual(steps);
        expect(count).toBeLessThanOrEqual(1 + Math.min(24, most));
        if (count > 5) expect(length).toBeGreaterThanOrEqual(75);
      },
    );
    fc.assert(property, { seed: 1 });
    const rungs = (...pairs: readonly (readonly [number, number])[]) =>
      pairs.map(([count, length]) => ({ count, length }));
    expect(localSearchPlan(24, 11_060)).toEqual(rungs([25, 140], [13, 280], [7, 560]));
    expect(localSearchPlan(24, 4000)).toEqual(rungs([16, 83], [8, 166], [4, 332]));
    expect(localSearchPlan(1, 4000)).toEqual(rungs([2, 285], [2, 570], [2, 1140]));
  });
});
