import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { activeAfter, ROUND_SHARES, roundsOf } from "../../../src/strategies/measured/rounds.ts";

const lengths = (epochs: number) => {
  const rounds = roundsOf(epochs, ROUND_SHARES);
  return Array.from({ length: rounds.at(-1)! + 1 }, (_, round) => rounds.filter((one) => one === round).length);
};

describe("rounds of annealed sparsity", () => {
  it("take 40, 25, 20 and 15 % of the epochs, and an epoch at least", () => {
    expect(lengths(20)).toEqual([8, 5, 4, 3]);
    expect(lengths(100)).toEqual([40, 25, 20, 15]);
    expect(lengths(4)).toEqual([1, 1, 1, 1]);
    expect(lengths(5)).toEqual([2, 1, 1, 1]);
    expect(lengths(2)).toEqual([1, 1]);
    expect(lengths(1)).toEqual([1]);
    expect(roundsOf(6, [1, 2])).toEqual([0, 0, 1, 1, 1, 1]);
    expect(roundsOf(3, [7])).toEqual([0, 0, 0]);
    const property = fc.property(fc.integer({ min: 1, max: 500 }), (epochs) => {
      const rounds = roundsOf(epochs, ROUND_SHARES);
      expect(rounds).toHaveLength(epochs);
      expect(rounds).toEqual([...rounds].sort((a, b) => a - b));
      expect(new Set(rounds)).toEqual(new Set(Array.from({ length: Math.min(4, epochs) }, (_, round) => round)));
    });
    fc.assert(property, { seed: 1 });
  });

  it("leave 4, 3, 2 and 1 of 5 candidates, 17, 8, 4 and 2 of 35", () => {
    const left = (count: number, kept: number) => [0, 1, 2, 3].map((round) => activeAfter(round, 4, count, kept));
    expect(left(5, 1)).toEqual([4, 3, 2, 1]);
    expect(left(35, 2)).toEqual([17, 8, 4, 2]);
    expect(left(2, 2)).toEqual([2, 2, 2, 2]);
  });

  it("never leave fewer than are kept, never more than before, and in the end those that are kept", () => {
    const sizes = fc.record({
      rounds: fc.integer({ min: 1, max: 4 }),
      count: fc.nat(60),
      kept: fc.integer({ min: 1, max: 4 }),
    });
    const property = fc.property(sizes, ({ rounds, count: more, kept }) => {
      const count = kept + more;
      const left = Array.from({ length: rounds }, (_, round) => activeAfter(round, rounds, count, kept));
      expect(left).toEqual([...left].sort((a, b) => b - a));
      expect(left.at(-1)).toBe(kept);
      expect(left[0]).toBeLessThanOrEqual(count);
    });
    fc.assert(property, { seed: 1 });
  });
});
