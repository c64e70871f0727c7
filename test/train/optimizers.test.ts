import { describe, expect, it } from "vitest";
import { Adam, cosineRate, countCorrect, epochRate, linearRate } from "../../src/train/index.ts";

/** As PC-DARTS's and ISTA-NAS's evaluation on ImageNet print them: 250 epochs, rate 0.5. */
describe("linearRate", () => {
  it("falls in equal steps, and gently over the last five epochs", () => {
    const rate = (epoch: number) => linearRate(0.5, 0, epoch, 250);
    expect([0, 1, 100, 244].map(rate)).toEqual([0.5, (0.5 * 244) / 245, (0.5 * 145) / 245, 0.5 / 245]);
    expect(rate(245)).toBeCloseTo(0.5 / 245, 15);
    expect(rate(249)).toBeCloseTo(0.5 / (245 * 5), 15);
  });

  it("is above 0 and never rises in a training of any length", () => {
    for (let epochs = 1; epochs < 30; epochs++) {
      const rates = Array.from({ length: epochs }, (_, epoch) => linearRate(0.5, 0, epoch, epochs));
      expect(rates[0]).toBe(0.5);
      for (const [epoch, rate] of rates.entries()) expect(rate > 0 && rate <= (rates[epoch - 1] ?? rate)).toBe(true);
    }
  });
});

describe("epochRate", () => {
  it("grows in equal steps while it warms up, from above 0, and is then that of the schedule", () => {
    const options = { learningRate: 0.5, finalLearningRate: 0, warmupEpochs: 5, schedule: "linear" as const };
    const rates = Array.from({ length: 7 }, (_, epoch) => epochRate(options, epoch, 250));
    const shares = [1 / 5, 2 / 5, 3 / 5, 4 / 5, 1, 1, 1];
    for (const [epoch, share] of shares.entries()) {
      expect(rates[epoch]).toBeCloseTo(share * linearRate(0.5, 0, epoch, 250), 15);
    }
  });

  it("is the cosine alone where nothing else is asked for", () => {
    const options = { learningRate: 0.1, finalLearningRate: 0.001 };
    for (let epoch = 0; epoch < 9; epoch++) {
      expect(epochRate(options, epoch, 9)).toBe(cosineRate(0.1, 0.001, epoch, 9));
      expect(epochRate({ ...options, warmupEpochs: 1 }, epoch, 9)).toBe(cosineRate(0.1, 0.001, epoch, 9));
    }
  });
});

describe("cosineRate", () => {
  it("starts at the initial rate, passes the middle half way, and would end at the final one", () => {
    expect(cosineRate(0.1, 0.001, 0, 50)).toBeCloseTo(0.1, 15);
    expect(cosineRate(0.1, 0.001, 25, 50)).toBeCloseTo(0.0505, 15);
    expect(cosineRate(0.1, 0.001, 50, 50)).toBeCloseTo(0.001, 15);
  });
});

describe("Adam", () => {
  it("moves by about the rate at first, whatever the size of the gradient", () => {
    const values = Float64Array.of(1, -2, 3);
    new Adam(3, { learningRate: 0.01, weightDecay: 0 }).step(values, [1e-3, -10, 5]);
    expect([...values].map((value, k) => Math.abs(value - [1, -2, 3][k]!))).toEqual([
      expect.closeTo(0.01, 6),
      expect.closeTo(0.01, 6),
      expect.closeTo(0.01, 6),
    ]);
  });

  it("follows the definition over several steps, weight decay in the gradient", () => {
    const [rate, decay, b1, b2] = [0.02, 0.1, 0.5, 0.999];
    const values = Float64Array.of(0.7);
    const adam = new Adam(1, { learningRate: rate, weightDecay: decay });
    let [x, m, v] = [0.7, 0, 0];
    for (let t = 1; t <= 6; t++) {
      const gradient = Math.sin(t);
      adam.step(values, [gradient]);
      const g = gradient + decay * x;
      m = b1 * m + (1 - b1) * g;
      v = b2 * v + (1 - b2) * g * g;
      x -= (rate * (m / (1 - b1 ** t))) / (Math.sqrt(v / (1 - b2 ** t)) + 1e-8);
      expect(values[0]).toBeCloseTo(x, 12);
    }
    expect(adam.state().steps).toBe(6);
  });
});

describe("countCorrect", () => {
  it("looks at the first images only and gives ties to the lower class", () => {
    const logits = [0, 1, 2, 2, 2, 1, 5, 0, 0];
    expect(countCorrect(logits, [2, 0, 0], 3)).toBe(3);
    expect(countCorrect(logits, [2, 1, 0], 3)).toBe(2);
    expect(countCorrect(logits, [2, 1, 0], 1)).toBe(1);
  });
});
