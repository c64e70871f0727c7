import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createWasmDevice } from "../../src/device/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import type { SearchResult } from "../../src/search/index.ts";
import { Halving } from "../../src/strategies/successive-halving/halving.ts";
import { HalvingSearch } from "../../src/strategies/successive-halving/halving-search.ts";
import { successiveHalving } from "../../src/strategies/successive-halving/strategy.ts";
import { BATCH, brightness, PLANTED, SEEING } from "./planted-space.ts";

const TRAINING = {
  ...{ epochs: 10, batch: BATCH, learningRate: 0.1, finalLearningRate: 0, momentum: 0.9, weightDecay: 3e-4 },
  ...{ clipNorm: 5, recompute: false, labelSmoothing: 0, auxiliaryWeight: 0, dropPathRate: 0 },
};

/** Plays a contest in which entrant i has loss `lossOf(i)` after each turn; the entrants of its steps, in order. */
function play(halving: Halving, lossOf: (entrant: number) => number | null): readonly number[] {
  const taken: number[] = [];
  for (let next = halving.next; next !== null; next = halving.next) {
    taken.push(next.entrant);
    halving.take(lossOf(next.entrant));
  }
  return taken;
}

const turnsOf = (taken: readonly number[]) => taken.filter((entrant, index) => entrant !== taken[index - 1]);

describe("halving", () => {
  it("gives every rung the same number of steps, and lets the better half go on", () => {
    const halving = new Halving({ entrants: 4, rungs: 3, steps: 24 });
    const taken = play(halving, (entrant) => [3, 1, 2, 4][entrant]!);
    expect(taken.slice(0, 8)).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
    expect(taken.slice(8, 16)).toEqual([1, 1, 1, 1, 2, 2, 2, 2]);
    expect(taken.slice(16)).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
    expect([halving.best, halving.longest, halving.left]).toEqual([1, 14, 1]);
  });

  it("with one rung gives each an equal share, and takes the best", () => {
    const halving = new Halving({ entrants: 3, rungs: 1, steps: 10 });
    expect(play(halving, (entrant) => [3, 2, 1][entrant]!)).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
    expect(halving.best).toBe(2);
  });

  it("who comes further is better than who was left behind, whatever its loss then; what has no loss comes last", () => {
    const halving = new Halving({ entrants: 4, rungs: 2, steps: 12 });
    const losses = [[1], [null], [0.9, 5], [2]];
    const turns = new Map<number, number>();
    for (let next = halving.next; next !== null; next = halving.next) {
      const turn = turns.get(next.entrant) ?? 0;
      if (next.step + 1 === next.steps) turns.set(next.entrant, turn + 1);
      const loss = losses[next.entrant]![turn];
      halving.take(loss === undefined ? 6 : loss);
    }
    expect(halving.state().losses).toEqual([[1, 6], [null], [0.9, 5], [2]]);
    expect(halving.best).toBe(2);
  });

  it("takes no more steps than there are, in turns that do not break, and goes on from any of them", () => {
    const plans = fc.record({
      entrants: fc.integer({ min: 2, max: 40 }),
      rungs: fc.integer({ min: 1, max: 5 }),
      steps: fc.integer({ min: 1, max: 400 }),
      seed: fc.integer({ min: 0, max: 1e6 }),
    });
    fc.assert(
      fc.property(plans, ({ seed, ...asked }) => {
        const plan = Halving.plan(asked);
        const lossOf = (entrant: number) => ((entrant + 1) * (seed + 7919)) % 101;
        const whole = play(new Halving(plan), lossOf);
        // A turn has one step at least.
        expect(whole.length).toBeLessThanOrEqual(Math.max(plan.steps, plan.rungs));
        const turns = turnsOf(whole);
        expect(turns.filter((entrant) => entrant === turns[0]).length).toBeLessThanOrEqual(plan.rungs);
        let halving = new Halving(plan);
        const broken: number[] = [];
        let place: number | null = halving.next!.before + halving.next!.step;
        for (let next = halving.next; next !== null; next = halving.next) {
          expect(next.before + next.step).toBe(place);
          place = next.following;
          broken.push(next.entrant);
          halving.take(lossOf(next.entrant));
          halving = new Halving(plan, JSON.parse(JSON.stringify(halving.state())) as ReturnType<Halving["state"]>);
        }
        expect(place).toBeNull();
        expect(broken).toEqual(whole);
      }),
    );
  });
});

async function search(seed: number): Promise<SearchResult> {
  const device = await createWasmDevice({ threads: 1 });
  const context = { device, space: PLANTED, streams: new RandomStreams(seed), clock: () => 0, maxLoss: 1000 };
  const batches = [brightness("weights", 20), brightness("validation", 20)];
  const options = successiveHalving.options(
    { batch: BATCH, learningRate: 0.1, epochs: 6, entrants: 6, rungs: 2 },
    TRAINING,
  );
  const run = new HalvingSearch({ ...context, batches }, options, null).run();
  for (;;) {
    const next = await run.next();
    if (!next.done) continue;
    await device.close();
    return next.value;
  }
}

it("ends with an architecture that can learn, of those that it drew", async () => {
  // Half of all architectures see nothing.
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const { supports, exploration } = await search(seed);
    expect(supports.some((support, group) => support[0] === SEEING[group])).toBe(true);
    expect(exploration.distinctGenotypes).toBe(6);
  }
});
