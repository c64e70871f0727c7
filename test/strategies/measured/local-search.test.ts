import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ChoiceGroup, randomSupports, type Supports } from "../../../src/choice/index.ts";
import { RandomStreams } from "../../../src/random/index.ts";
import { LocalSearch, type LocalSearchInputs } from "../../../src/strategies/measured/local-search.ts";

function groupsOf(...shapes: readonly (readonly [count: number, sparsity: number])[]): readonly ChoiceGroup[] {
  return shapes.map(([count, sparsity], group) => ({
    ...{ name: `group${group}`, sparsity },
    candidates: Array.from({ length: count }, (_, index) => ({ name: `c${index}`, label: `${index}`, cost: 0 })),
  }));
}

/** Six groups of five, as many as NAS-Bench-201 has, and nothing known beforehand. */
const INPUTS: LocalSearchInputs = {
  ...{ groups: groupsOf([5, 1], [5, 1], [5, 1], [5, 1], [5, 1], [5, 1]), steps: 7200 },
  likelihood: () => 0,
};
const ZEROS: Supports = INPUTS.groups.map(() => [0]);

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
  it("trains the architecture and its 24 neighbours, then ever fewer for longer, and stops where none is better", () => {
    const search = new LocalSearch(INPUTS, ZEROS);
    expect(search.lengths).toEqual([
      ...[...new Array(25).fill(48), ...new Array(7).fill(171), ...new Array(3).fill(400)],
      ...[...new Array(25).fill(48), ...new Array(7).fill(171), ...new Array(3).fill(400)],
    ]);
    const { trained, lengths } = finish(search, ZEROS);
    expect(search.best).toEqual(ZEROS);
    expect(trained[0]).toEqual(ZEROS);
    expect(trained.slice(1, 25).map((one) => distance(one, ZEROS))).toEqual(new Array(24).fill(1));
    expect(new Set(trained.slice(0, 25).map((one) => one.join())).size).toBe(25);
    expect(lengths).toHaveLength(35);
  });

  it("gets to the best within two edits, for any beginning", () => {
    const property = fc.property(fc.nat(1e6), fc.integer({ min: 0, max: 2 }), (seed, edits) => {
      const stream = new RandomStreams(seed).stream("best");
      const start = randomSupports(INPUTS.groups, stream);
      const best = start.map((support, group) =>
        group < edits ? [(support[0]! + 1 + stream.integer(4)) % 5] : support,
      );
      const search = new LocalSearch(INPUTS, start);
      finish(search, best);
      expect(search.best).toEqual(best);
    });
    fc.assert(property, { seed: 1, numRuns: 30 });
  });

  it("tries the likeliest of too many neighbours, which keep their number of candidates", () => {
    const groups = groupsOf([14, 2], [21, 2]);
    const likelihood = (supports: Supports) => supports.flat().reduce((sum, index) => sum + index, 0);
    const search = new LocalSearch({ groups, steps: 7200, likelihood }, [
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
    const inputs = { ...INPUTS, steps: 360 };
    const best = ZEROS.with(2, [3]).with(4, [1]);
    const whole = new LocalSearch(inputs, ZEROS);
    const states = [];
    for (let { next } = whole; next !== null; { next } = whole) {
      states.push({
        state: JSON.parse(JSON.stringify(whole.state())) as ReturnType<LocalSearch["state"]>,
        left: whole.lengths,
      });
      whole.take(1 + distance(next.supports, best) / (1 + next.step));
    }
    for (const { state, left } of states) {
      const search = new LocalSearch(inputs, state);
      expect(search.state()).toEqual(state);
      expect(search.lengths).toEqual(left);
      finish(search, best);
      expect(search.best).toEqual(whole.best);
    }
    expect(whole.best).toEqual(best);
  });
});
