import { expect, it } from "vitest";
import { planEpochs, planRetrainEpochs } from "../../src/run/time-plan.ts";

const COST = { epochs: 10, secondsPerEpoch: 2 };

it.each([
  [() => planEpochs({ given: 1, used: 3 }, COST, COST), "8 s"],
  [() => planRetrainEpochs({ given: 1, used: 3 }, COST.secondsPerEpoch), "6 s"],
])(
  "a time budget that is spent before the plan: says what was given, what took it, and the least that would do (%#)",
  (plan, least) => {
    const what = "got 1 s for the whole run, but reading the data and timing steps took 3 s";
    expect(plan).toThrow(
      expect.objectContaining({ code: "E_TIME_TOO_SHORT", message: `--time: ${what}, expected at least ${least}` }),
    );
  },
);
