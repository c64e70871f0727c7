import { expect, it } from "vitest";
import { gateEntropy, relaxedBernoulli, sigmoid } from "../../../src/strategies/mtl/index.ts";

it("gates are open or shut where the temperature ends, whatever is drawn", () => {
  for (const uniform of [0, 1e-300, 0.3, 1 - 2 ** -53]) {
    expect([0, 1]).toContain(relaxedBernoulli(0.5, 1e-12, uniform));
    const soft = relaxedBernoulli(0.5, 1, uniform);
    expect(soft >= 0 && soft <= 1).toBe(true);
  }
});

it("gates of any logit are finite, and the entropy is the same for open and shut", () => {
  for (const logit of [1e-9, 0.3, 40, 800, 1e6]) {
    expect(sigmoid(logit) + sigmoid(-logit)).toBeCloseTo(1, 15);
    expect(gateEntropy(-logit)).toBe(gateEntropy(logit));
    expect(gateEntropy(logit)).toBeGreaterThanOrEqual(0);
  }
});
