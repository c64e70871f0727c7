import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createWasmDevice } from "../../src/device/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import { type SearchEvent, type SearchResult, softmax } from "../../src/search/index.ts";
import { DsnasSearch } from "../../src/strategies/dsnas/dsnas-search.ts";
import { scoreGradient } from "../../src/strategies/dsnas/score-gradient.ts";
import { dsnas } from "../../src/strategies/dsnas/strategy.ts";
import { BATCH, brightness, PLANTED, SEEING } from "./planted-space.ts";

const TRAINING = {
  ...{ epochs: 10, batch: BATCH, learningRate: 0.1, finalLearningRate: 0, momentum: 0.9, weightDecay: 3e-4 },
  ...{ clipNorm: 5, recompute: false, labelSmoothing: 0, auxiliaryWeight: 0, dropPathRate: 0 },
};

async function search(given: object, seed = 1) {
  const device = await createWasmDevice({ threads: 1 });
  const run = new DsnasSearch(
    {
      ...{ device, space: PLANTED, streams: new RandomStreams(seed), clock: () => 0, maxLoss: 1000 },
      batches: [brightness("all", 40)],
    },
    dsnas.options({ logitRate: 0.1, ...given }, TRAINING),
    null,
  ).run();
  const events: SearchEvent[] = [];
  for (;;) {
    const next = await run.next();
    if (!next.done) events.push(next.value);
    else {
      await device.close();
      return { events, result: next.value as SearchResult };
    }
  }
}

describe("the gradient of DSNAS", () => {
  it("is d log p of what was sampled, times the gradient by its multiplier", () => {
    const finite = fc.double({ min: -3, max: 3, noNaN: true });
    const inputs = fc.record({
      logits: fc.array(finite, { minLength: 2, maxLength: 6 }),
      kept: fc.nat(),
      gradient: finite,
    });
    const property = fc.property(inputs, ({ logits, kept, gradient }) => {
      const index = kept % logits.length;
      const along = (moved: readonly number[]) => gradient * Math.log(softmax(moved)[index]!);
      for (const [k, value] of scoreGradient(softmax(logits), [index], [gradient]).entries()) {
        const at = (step: number) => along(logits.map((logit, j) => logit + (j === k ? step : 0)));
        expect(value).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 6);
      }
    });
    fc.assert(property, { seed: 1 });
    // Worked by hand: probabilities 1/2, 1/4, 1/4; of two kept ones both count.
    expect(scoreGradient([0.5, 0.25, 0.25], [1], [2])).toEqual([-1, 1.5, -0.5]);
    expect(scoreGradient([0.5, 0.25, 0.25], [0, 2], [1, -3])).toEqual([2, 0.5, -2.5]);
  });
});

describe("DSNAS", () => {
  it("finds what was planted, and freezes what is clear", async () => {
    for (const seed of [1, 2, 3]) {
      const { events, result } = await search({ maxSearchEpochs: 4, freezeMargin: 0.1 }, seed);
      expect(result.supports).toEqual(SEEING.map((index) => [index]));
      expect(result.mixture).toBeNull();
      // One group is enough to see by: where one is frozen, the other has no more gradient.
      expect(result.details["frozenByBound"]).not.toHaveLength(2);
      const selections = events.filter((event) => event.kind === "selection");
      for (const [index, { groups }] of selections.entries()) {
        const before = selections[index - 1]?.groups;
        for (const [group, { isFrozen, changed, values }] of groups.entries()) {
          if (before?.[group]?.isFrozen) expect([isFrozen, changed]).toEqual([true, false]);
          const [first, second] = [...values!].sort((a, b) => b - a);
          if (!isFrozen) expect(first! - second!).toBeLessThan(0.1);
        }
      }
      expect(selections.at(-1)!.groups.every(({ isFrozen }) => isFrozen)).toBe(true);
    }
  });

  it("ends when all groups are clear", async () => {
    const { result, events } = await search({ maxSearchEpochs: 4, freezeMargin: 0 });
    expect(result.details).toMatchObject({ searchEpochs: 1, reachedBound: false, frozenAt: { group0: 1, group1: 1 } });
    expect(result.remarks).toEqual([]);
    expect(events.at(-1)).toMatchObject({ kind: "selection", groups: [{ isFrozen: true }, { isFrozen: true }] });
  });

  it("says which groups the bound froze", async () => {
    const { result, events } = await search({ maxSearchEpochs: 1, freezeMargin: 1 });
    expect(result.details).toMatchObject({ reachedBound: true, frozenByBound: ["group0", "group1"], searchEpochs: 1 });
    expect(result.remarks).toEqual([expect.stringContaining("group0, group1")]);
    expect(events.at(-1)).toMatchObject({ kind: "selection", groups: [{ isFrozen: true }, { isFrozen: true }] });
  });
});
