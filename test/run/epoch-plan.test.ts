import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  enoughEpochs,
  fitEpochs,
  fitsTraining,
  leastBudget,
  replanEpochs,
  replanSearchEpochs,
} from "../../src/run/epoch-plan.ts";
import { SECONDS } from "../../src/run/run-budget.ts";

const COST = { epochs: 10, costPerEpoch: 2 };
const SPENT = { given: 1, used: 3, ending: 1 };

it.each([
  [{ search: COST, training: COST }, "9 s"],
  [{ search: null, training: COST }, "7 s"],
])(
  "a time budget that is spent before the plan: says what was given, what took it, and the least that would do (%#)",
  (costs, least) => {
    expect(fitEpochs(SPENT, costs)).toBeNull();
    const what = "got 1 s for the whole run, but reading the data and timing steps took 3 s";
    expect(SECONDS.tooSmall(SPENT, leastBudget(SPENT, costs))).toMatchObject({
      ...{ code: "E_TIME_TOO_SHORT", message: `--time: ${what}, expected at least ${least}` },
    });
  },
);

it("testing counts by its images, exporting as a second", () => {
  const ofImages = (trainImages: number, testImages: number) => SECONDS.ending(10, { trainImages, testImages });
  expect([ofImages(1000, 0), ofImages(1000, 200), ofImages(1000, 1000)]).toEqual([1, 2, 6]);
});

const seconds = (max: number) => fc.double({ min: 0.01, max, noNaN: true });
const cost = fc.record({ epochs: fc.integer({ min: 1, max: 600 }), costPerEpoch: seconds(100) });
const budget = fc
  .record({ given: seconds(10_000), usedShare: fc.double({ min: 0, max: 0.5, noNaN: true }), ending: seconds(5) })
  .map(({ given, usedShare, ending }) => ({ given, used: usedShare * given, ending }));
/** Float64 sums of many epochs. */
const ROUNDING = 1e-6;

describe("a plan", () => {
  it("is never over the budget, and leaves no tenth of it where one more epoch fits", () => {
    fc.assert(
      fc.property(budget, fc.option(cost), cost, (time, search, retrain) => {
        const shortest = (search?.costPerEpoch ?? 0) + retrain.costPerEpoch;
        const left = time.given - time.used - time.ending;
        fc.pre(shortest < 0.91 * left);
        const plan = fitEpochs(time, { search, training: retrain })!;
        const rest = left - plan.expectedCost;
        expect(rest).toBeGreaterThan(-ROUNDING);
        expect(plan.retrainEpochs).toBeGreaterThan(0);
        expect(plan.searchEpochs > 0).toBe(search !== null);
        if (plan.retrainEpochs < 600 && rest > retrain.costPerEpoch + ROUNDING) {
          expect(rest).toBeLessThan(0.1 * time.given + ROUNDING);
        }
      }),
    );
  });

  it("of a search and its training keeps the ratio of their epochs, but for what the search need not spare", () => {
    const training = { epochs: 40, costPerEpoch: 2 };
    const plan = fitEpochs({ given: 511, used: 10, ending: 1 }, { search: COST, training })!;
    expect(plan).toMatchObject({ searchEpochs: 46, retrainEpochs: 187, expectedCost: 466 });
    expect(plan.searchBudget).toBeCloseTo(10 + 92 / 0.92, 9);
  });
});

it.each([
  ["keeps its plan if it fits", 30, 10],
  ["keeps it if more would fit", 300, 10],
  ["has fewer epochs if they do not fit", 29, 9],
  ["ends if its time is over", -1, 4],
])("a search that goes on %s", (_, left, epochs) => {
  expect(replanSearchEpochs(left, { planned: 10, done: 4, costPerEpoch: 5 })).toBe(epochs);
});

describe("a training that is long enough", () => {
  it.each([
    ["has 20 epochs", 2934, 20],
    ["has more of few images", 100, 400],
    ["has no more than any", 10, 600],
    ["has fewer of many images", 50_000, 10],
  ])("%s", (_, trainImages, epochs) => {
    expect(enoughEpochs(trainImages)).toBe(epochs);
  });

  it("fits where a plan would give it as many epochs, but for those of the search that are no whole ones", () => {
    fc.assert(
      fc.property(budget, fc.option(cost), cost, fc.integer({ min: 1, max: 40 }), (time, search, training, epochs) => {
        fc.pre(fitsTraining(time, epochs, { search, training }));
        expect(fitEpochs(time, { search, training })!.retrainEpochs).toBeGreaterThanOrEqual(epochs);
      }),
    );
  });

  it("fits any larger budget too", () => {
    fc.assert(
      fc.property(budget, seconds(1000), fc.option(cost), cost, fc.nat(100), (time, more, search, training, epochs) => {
        fc.pre(fitsTraining(time, epochs, { search, training }));
        expect(fitsTraining({ ...time, given: time.given + more }, epochs, { search, training })).toBe(true);
      }),
    );
  });
});

describe("a training that goes on", () => {
  const half = { given: 100, used: 50, ending: 0 };

  it.each([
    ["keeps its plan if it fits and uses what is left", { planned: 24, done: 12, costPerEpoch: 4 }, 24],
    ["keeps it where what stays unused is no epoch", { planned: 17, done: 12, costPerEpoch: 9 }, 17],
    ["has fewer epochs if they take longer, with some to spare", { planned: 24, done: 12, costPerEpoch: 5 }, 21],
    ["has more if they take less", { planned: 24, done: 12, costPerEpoch: 2 }, 35],
    ["ends if not one fits", { planned: 24, done: 12, costPerEpoch: 51 }, 12],
    ["goes beyond its last epoch if another one fits", { planned: 12, done: 12, costPerEpoch: 40 }, 13],
    ["has no more than the published number", { planned: 600, done: 600, costPerEpoch: 1 }, 600],
  ])("%s", (_, progress, epochs) => {
    expect(replanEpochs(half, progress)).toBe(epochs);
  });

  it("ends within its budget and leaves no tenth of it where another epoch fits, whatever its epochs took before", () => {
    const noisy = fc.array(fc.double({ min: 0.5, max: 2, noNaN: true }), { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(noisy, fc.integer({ min: 1, max: 200 }), seconds(4), (factors, first, usual) => {
        const given = 100;
        const longest = 2 * usual;
        let [planned, done, used] = [first, 0, 0];
        for (; done < planned; planned = replanEpochs({ given, used, ending: 0 }, progress())) {
          used += usual * factors[done % factors.length]!;
          done++;
        }
        function progress() {
          return { planned, done, costPerEpoch: used / done };
        }
        expect(used).toBeLessThan(given + longest);
        if (given - used > longest && done < 600) expect(given - used).toBeLessThan(0.1 * given);
      }),
    );
  });
});
