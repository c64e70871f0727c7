import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createWasmDevice } from "../../src/device/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import { gumbelNoise, gumbelSample, type SearchEvent, type SearchResult, softmax } from "../../src/search/index.ts";
import { GdasSearch } from "../../src/strategies/gdas/gdas-search.ts";
import { straightThrough } from "../../src/strategies/gdas/straight-through.ts";
import { gdas } from "../../src/strategies/gdas/strategy.ts";
import { BATCH, brightness, PLANTED, SEEING } from "./planted-space.ts";

const finite = fc.double({ min: -4, max: 4, noNaN: true });

describe("the hard choice of Gumbel-softmax", () => {
  it("keeps the candidates with the largest noisy logits, with the published probabilities", () => {
    // Worked by hand: log softmax of the logits plus noise, over the temperature, and softmax of that.
    const [logits, noise, temperature] = [[0.5, -0.2, 0.1], [0.1, 1.2, 0.3], 2];
    const logSum = Math.log(Math.exp(0.5) + Math.exp(-0.2) + Math.exp(0.1));
    const powers = logits.map((logit, k) => Math.exp((logit - logSum + noise[k]!) / temperature));
    const sum = powers.reduce((total, power) => total + power, 0);
    const { support, probabilities } = gumbelSample(logits, { sparsity: 1, temperature, noise });
    expect(support).toEqual([1]);
    for (const [k, probability] of probabilities.entries()) expect(probability).toBeCloseTo(powers[k]! / sum, 12);
    expect(gumbelSample(logits, { sparsity: 2, temperature, noise }).support).toEqual([0, 1]);
  });

  it("samples each candidate as often as softmax of the logits says", () => {
    const logits = [0.3, -0.5, 1, 0];
    const stream = new RandomStreams(1).stream("gumbel");
    const counts = logits.map(() => 0);
    const draws = 20_000;
    for (let draw = 0; draw < draws; draw++) {
      const noise = gumbelNoise(logits.length, stream);
      counts[gumbelSample(logits, { sparsity: 1, temperature: 3, noise }).support[0]!]!++;
    }
    for (const [k, probability] of softmax(logits).entries()) {
      const deviation = Math.sqrt((probability * (1 - probability)) / draws);
      expect(Math.abs(counts[k]! / draws - probability)).toBeLessThan(4 * deviation);
    }
  });

  it("has the gradient of the probabilities, in the place of that of the choice", () => {
    const inputs = fc.record({
      logits: fc.array(finite, { minLength: 3, maxLength: 6 }),
      seed: fc.nat(1e6),
      sparsity: fc.integer({ min: 1, max: 3 }),
      temperature: fc.double({ min: 0.3, max: 10, noNaN: true }),
    });
    const property = fc.property(inputs, ({ logits, seed, sparsity, temperature }) => {
      const stream = new RandomStreams(seed).stream("noise");
      const noise = gumbelNoise(logits.length, stream);
      const sample = gumbelSample(logits, { sparsity, temperature, noise });
      const gradients = sample.support.map(() => stream.normal());
      const gradient = straightThrough(sample, gradients, temperature);
      const along = (moved: readonly number[]) => {
        const { probabilities } = gumbelSample(moved, { sparsity, temperature, noise });
        return sample.support.reduce((sum, index, place) => sum + gradients[place]! * probabilities[index]!, 0);
      };
      const step = 1e-5;
      for (const [k, value] of gradient.entries()) {
        const up = along(logits.map((logit, j) => logit + (j === k ? step : 0)));
        const down = along(logits.map((logit, j) => logit - (j === k ? step : 0)));
        expect(value).toBeCloseTo((up - down) / (2 * step), 6);
      }
      expect(gradient.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 9);
    });
    fc.assert(property, { seed: 1 });
  });
});

describe("search by the hard choice of Gumbel-softmax", () => {
  async function search(seed: number) {
    const device = await createWasmDevice({ threads: 1 });
    const options = gdas.options({ batch: BATCH, learningRate: 0.1, epochs: 4, logitRate: 0.1 }, null as never);
    const run = new GdasSearch(
      {
        ...{ device, space: PLANTED, streams: new RandomStreams(seed), clock: () => 0, maxLoss: 1000 },
        batches: [brightness("weights", 40), brightness("logits", 40)],
      },
      options,
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

  it("finds what was planted, whatever the seed, at temperatures from 10 to 0.1", async () => {
    for (const seed of [1, 2, 3]) {
      const { events, result } = await search(seed);
      expect(result.supports).toEqual(SEEING.map((index) => [index]));
      const selections = events.filter((event) => event.kind === "selection");
      expect(selections[0]!.figures["temperature"]).toBe(10);
      expect(selections[3]!.figures["temperature"]).toBeCloseTo(0.1, 12);
      for (const { values, figures } of selections.at(-1)!.groups) {
        expect(values!.reduce((sum: number, value) => sum + value, 0)).toBeCloseTo(1, 12);
        expect(figures["entropy"]).toBeLessThan(Math.log(values!.length));
      }
      expect(result.exploration.distinctGenotypes).toBeGreaterThan(4);
    }
  });
});
