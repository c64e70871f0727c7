import { describe, expect, it } from "vitest";
import { type RandomBaselines, type VerdictBaseline, verdictOf } from "../../src/export/index.ts";

const BY_HAND: VerdictBaseline = {
  ...{ name: "DARTS_all_sep_3x3", summary: "all separable 3x3", isRandom: false, isBeyondLimits: false },
  ...{ run: "verdict/DARTS_all_sep_3x3", architecture: "Genotype(...)", epochs: 13, seconds: 131.2 },
  ...{ parameters: 12286, macs: 1_880_000, testAccuracy: 0.891, difference: -0.014, interval: [-0.0292, 0.0012] },
};
const RANDOM: RandomBaselines = {
  ...{ count: 3, testAccuracy: 0.851, lowest: 0.84, highest: 0.862, difference: 0.026, interval: [0.004, 0.048] },
};
const FIGURES = { seconds: 137, testAccuracy: 0.877, testImages: 1000, baselines: [BY_HAND], random: null };

describe("a verdict", () => {
  it.each([
    [[0.001, 0.03], "searching paid here"],
    [[-0.03, -0.001], "searching did not pay here"],
    [[-0.029, 0.001], "no difference can be told"],
    [[0, 0.001], "no difference can be told"],
  ] as const)("says of an interval of %j: %s", (interval, outcome) => {
    const [sentence] = verdictOf({ ...FIGURES, baselines: [{ ...BY_HAND, interval }] }).sentences;
    expect(sentence!.endsWith(`: ${outcome}`)).toBe(true);
  });

  it("is a sentence on the baseline by hand, with its interval and what it does not say", () => {
    const { sentences, caveat } = verdictOf(FIGURES);
    expect(sentences).toEqual([
      "the search found 87.7 %; all separable 3x3, trained within the same 2 min 17 s (13 epochs), reaches 89.1 % " +
        "(difference -1.4 points, 95 % interval -2.9 to +0.1): no difference can be told",
    ]);
    expect(caveat).toMatch(/over the 1000 test images, with one seed .*other seeds may say otherwise/);
  });

  it("is one on random architectures too: their mean and what they spread over, or the only one", () => {
    const random = { ...BY_HAND, name: "random-1", isRandom: true };
    const [, several] = verdictOf({ ...FIGURES, baselines: [BY_HAND, random], random: RANDOM }).sentences;
    expect(several).toBe(
      "the search found 87.7 %; 3 random architectures, trained within the same 2 min 17 s each, reach 85.1 % on average, " +
        "84.0 % to 86.2 % (difference +2.6 points, 95 % interval +0.4 to +4.8): searching paid here",
    );
    const alone = verdictOf({ ...FIGURES, baselines: [random], random: { ...RANDOM, count: 1 } }).sentences;
    expect(alone).toEqual([
      expect.stringContaining("; a random architecture, trained within the same 2 min 17 s, reaches 85.1 % ("),
    ]);
  });

  it("tells of a baseline that the search was not allowed to find, and writes no sign before nothing", () => {
    const large = { ...BY_HAND, isBeyondLimits: true, difference: -0.0001, interval: [-0.0004, 0.0004] as const };
    const [sentence] = verdictOf({ ...FIGURES, baselines: [large] }).sentences;
    expect(sentence).toContain("; all separable 3x3, beyond the limits of the search, trained within");
    expect(sentence).toContain("(difference 0.0 points, 95 % interval 0.0 to 0.0)");
  });
});
