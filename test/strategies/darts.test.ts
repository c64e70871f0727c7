import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createReferenceDevice, createWasmDevice, type Device } from "../../src/device/index.ts";
import { allCandidates, type MixtureWeights } from "../../src/network/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import { type SearchResult, softmax, superNetwork } from "../../src/search/index.ts";
import { DartsSearch, throughSoftmax } from "../../src/strategies/darts/darts-search.ts";
import { SecondOrder } from "../../src/strategies/darts/second-order.ts";
import { darts } from "../../src/strategies/darts/strategy.ts";
import { ArchitectureStep, initialiseWeights, WeightStep } from "../../src/train/index.ts";
import { BATCH, brightness, PLANTED, SEEING } from "./planted-space.ts";

const BUILD = PLANTED.network(allCandidates(PLANTED.groups));
const SGD = { batch: BATCH, momentum: 0.9, weightDecay: 3e-4, clipNorm: 1e9 };
const OPTIONS = { ...SGD, labelSmoothing: 0, auxiliaryWeight: 0, mixture: true, dropPath: false };

const valuesOf = (device: Device) => new Map(device.names().map((name) => [name, device.read(name)]));

/** Weights at their beginning, without momentum, and the gradient of the mixture weights alone. */
async function begin(device: Device) {
  initialiseWeights(device, superNetwork(PLANTED), new RandomStreams(1));
  const first = await ArchitectureStep.compile(device, BUILD, { batch: BATCH, updatesRunning: false });
  return { first, second: await SecondOrder.compile(device, BUILD, OPTIONS, first) };
}

describe("softmax of logits", () => {
  it("passes a gradient on as finite differences do", () => {
    const finite = fc.double({ min: -3, max: 3, noNaN: true });
    const property = fc.property(fc.array(fc.tuple(finite, finite), { minLength: 2, maxLength: 6 }), (pairs) => {
      const [logits, gradients] = [pairs.map(([logit]) => logit), pairs.map(([, gradient]) => gradient)];
      const value = (moved: readonly number[]) =>
        softmax(moved).reduce((sum, probability, k) => sum + probability * gradients[k]!, 0);
      for (const [k, gradient] of throughSoftmax(softmax(logits), gradients).entries()) {
        const at = (step: number) => value(logits.map((logit, j) => logit + (j === k ? step : 0)));
        expect(gradient).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 7);
      }
    });
    fc.assert(property, { seed: 1 });
  });
});

describe("the second-order gradient", () => {
  const [training, validation] = [brightness("training", 1).batch(0, 0), brightness("validation", 1).batch(0, 0)];
  const learningRate = 0.05;
  const mixture: MixtureWeights = PLANTED.groups.map(({ candidates }) =>
    Float64Array.from(candidates, (_, k) => 0.2 + 0.1 * k),
  );

  it("is that of the loss on validation images after a step of the weights", async () => {
    const device = createReferenceDevice();
    const { first, second } = await begin(device);
    const before = valuesOf(device);
    const { gradients } = await second.run({ training, validation, mixture, learningRate });
    const step = await WeightStep.compile(device, BUILD, OPTIONS);
    const lossAhead = async (group: number, candidate: number, change: number) => {
      for (const [name, values] of before) device.write(name, values);
      const moved = mixture.map((values, g) =>
        Float64Array.from(values, (value, k) => value + (g === group && k === candidate ? change : 0)),
      );
      await step.run(training, { learningRate, mixture: moved });
      return (await first.run(validation, moved)).loss;
    };
    let curved = 0;
    for (const [group, values] of gradients.entries()) {
      for (const [candidate, gradient] of Array.from(values).entries()) {
        const difference = (await lossAhead(group, candidate, 1e-4)) - (await lossAhead(group, candidate, -1e-4));
        // The published epsilon of 0.01 leaves an error of the third derivative.
        expect(Math.abs(gradient - difference / 2e-4)).toBeLessThan(2e-3 * Math.max(0.1, Math.abs(gradient)));
        for (const [name, before_] of before) device.write(name, before_);
        await step.run(training, { learningRate, mixture });
        const ahead = (await first.run(validation, mixture)).gradients[group]![candidate]!;
        curved = Math.max(curved, Math.abs(gradient - ahead));
      }
    }
    // More than the first term alone.
    expect(curved).toBeGreaterThan(1e-3);
    await device.close();
  });

  it("leaves weights, velocities and statistics as they were", async () => {
    const device = await createWasmDevice({ threads: 1 });
    const { second } = await begin(device);
    const step = await WeightStep.compile(device, BUILD, OPTIONS);
    for (let k = 0; k < 3; k++) await step.run(training, { learningRate, mixture });
    const before = valuesOf(device);
    await second.run({ training, validation, mixture, learningRate });
    expect(valuesOf(device)).toEqual(before);
    await device.close();
  });
});

describe.each([1, 2])("search by mixed operations, order %d", (order) => {
  it("finds what was planted, whatever the seed", async () => {
    for (const seed of [1, 2, 3]) {
      const device = await createWasmDevice({ threads: 1 });
      const given = { batch: BATCH, learningRate: 0.1, epochs: 3, logitRate: 0.05, order };
      const run = new DartsSearch(
        {
          ...{ device, space: PLANTED, streams: new RandomStreams(seed), clock: () => 0, maxLoss: 1000 },
          batches: [brightness("weights", 20), brightness("logits", 20)],
        },
        darts.options(given, null as never),
        null,
      ).run();
      let result: SearchResult | null = null;
      while (result === null) {
        const next = await run.next();
        if (next.done) result = next.value;
      }
      await device.close();
      expect(result.supports).toEqual(SEEING.map((index) => [index]));
      expect(result.exploration.neverActive).toBe(0);
    }
  });
});
