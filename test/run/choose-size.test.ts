import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseSize, type PhaseCosts } from "../../src/run/choose-size.ts";

/** Sizes whose epochs of search and of training take so many seconds each; null for one without room. What is timed is noted. */
async function choose(
  seconds: readonly (number | null)[],
  most: number,
  work: readonly number[] = seconds.map((one) => one ?? 1),
) {
  const measured: number[] = [];
  const chosen = await chooseSize({
    count: seconds.length,
    work: (index) => work[index]!,
    measure: async (index) => {
      measured.push(index);
      const one = seconds[index]!;
      return one === null ? null : { search: one, training: one };
    },
    fits: ({ training }: PhaseCosts) => training <= most,
  });
  return { ...chosen, measured };
}

describe("the size that is chosen", () => {
  it.each([
    ["is the largest that fits", [1, 2, 4, 8], 5, 2, [0, 2]],
    ["is the smallest if none fits", [2, 4], 1, 0, [0]],
    ["is the largest if all fit", [1, 2, 4], 9, 2, [0, 2]],
    ["has room", [1, 2, null, null], 9, 1, [0, 3, 2, 1]],
  ] as const)("%s", async (_, seconds, most, index, measured) => {
    const work = [1, 2, 4, 8].slice(0, seconds.length);
    const chosen = await choose(seconds, most, work);
    expect(chosen.index).toBe(index);
    expect(chosen.measured).toEqual(measured);
    expect(chosen.costs.training).toBe(seconds[index]);
  });

  it("is smaller than estimated where its steps say so, larger where those of the next one do", async () => {
    expect((await choose([1, 5, 6, 7], 5, [1, 2, 3, 4])).index).toBe(1);
    // From the smallest the second looks too slow; measured, the third one is not.
    expect((await choose([1, 2, 3, 9], 4, [1, 3, 5, 7])).index).toBe(2);
  });

  it("comes with what the next larger one takes: measured, estimated, without room, or none", async () => {
    const larger = async (...call: Parameters<typeof choose>) => (await choose(...call)).larger;
    expect(await larger([1, 5], 4, [1, 2])).toEqual({ index: 1, costs: { search: 5, training: 5 } });
    expect(await larger([1, 5], 2, [1, 3])).toEqual({ index: 1, costs: { search: 3, training: 3 } });
    expect(await larger([1, null], 4, [1, 2])).toEqual({ index: 1, costs: null });
    expect(await larger([1, 2], 4)).toBeNull();
  });

  it("fits, times no size twice, and never shrinks as the budget grows", async () => {
    const factor = fc.double({ min: 0.3, max: 3, noNaN: true });
    const growing = fc.array(fc.double({ min: 1, max: 3, noNaN: true }), { minLength: 1, maxLength: 9 });
    const budgets = fc.array(fc.double({ min: 0.1, max: 100, noNaN: true }), { minLength: 2, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        growing,
        fc.array(factor, { minLength: 9, maxLength: 9 }),
        budgets,
        async (steps, noise, all) => {
          const work = steps.map((_, index) => steps.slice(0, index + 1).reduce((a, b) => a * b, 1));
          const seconds = work.map((one, index) => one * noise[index]!);
          let before = 0;
          for (const most of all.sort((a, b) => a - b)) {
            const { index, measured, costs: taken } = await choose(seconds, most, work);
            expect(index).toBeGreaterThanOrEqual(before);
            expect(new Set(measured).size).toBe(measured.length);
            expect(index === 0 || taken.training <= most).toBe(true);
            before = index;
          }
        },
      ),
    );
  });
});
