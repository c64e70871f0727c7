/** Published update rules as PyTorch computes them: what a strategy makes of a fixed draw and fixed batches, step by step through its own parts. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createReferenceDevice, createWasmDevice, type Device } from "../../src/device/index.ts";
import { allCandidates } from "../../src/network/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import { CandidateLogits, gumbelSample, softmax, superNetwork } from "../../src/search/index.ts";
import { throughSoftmax } from "../../src/strategies/darts/darts-search.ts";
import { SecondOrder } from "../../src/strategies/darts/second-order.ts";
import { scoreGradient } from "../../src/strategies/dsnas/score-gradient.ts";
import { straightThrough } from "../../src/strategies/gdas/straight-through.ts";
import { ArchitectureStep, WeightStep } from "../../src/train/index.ts";
import { synflow } from "../../src/zero-cost/synflow.ts";
import { GOLDEN, GOLDEN_BATCH, GOLDEN_SPACE, writeGolden } from "./golden-space.ts";

type ByGroup = readonly ArrayLike<number>[];

const LIMIT = 1e-5;
const batch = GOLDEN_BATCH;
const SGD = { batch, momentum: GOLDEN.momentum, weightDecay: GOLDEN.weightDecay, clipNorm: 1e9 };
const STEP = { ...SGD, labelSmoothing: 0, auxiliaryWeight: 0, mixture: true, dropPath: false };
const { groups } = GOLDEN_SPACE;

/** Relative to the largest of its group. */
function expectClose(got: ByGroup, expected: ByGroup, limit = LIMIT): void {
  expect(got.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
  for (const [group, numbers] of expected.entries()) {
    const largest = Math.max(...Array.from(numbers, Math.abs));
    for (const [index, value] of Array.from(numbers).entries()) {
      expect(Math.abs(got[group]![index]! - value) / largest, `group ${group}, ${index}`).toBeLessThan(limit);
    }
  }
}

/** What `CandidateLogits` makes of golden logits in two steps, the second against half the gradients. */
function afterTwoSteps(gradients: ByGroup): ByGroup {
  const optimizers = GOLDEN.logits.map(({ length }) => {
    const zeros = Array.from({ length }, () => 0);
    return { steps: 0, means: zeros, squares: zeros };
  });
  const { learningRate: rate } = GOLDEN.adam;
  const logits = new CandidateLogits(
    { groups, streams: new RandomStreams(1), rate },
    { logits: GOLDEN.logits, optimizers },
  );
  logits.step(gradients);
  logits.step(gradients.map((group) => Array.from(group, (value) => value / 2)));
  return logits.values;
}

describe.each([
  ["reference", () => createReferenceDevice()],
  ["wasm", () => createWasmDevice({ threads: 1 })],
] as const)("on the device %s", (_, create) => {
  let device: Device;
  const ones = (supports: ByGroup) => supports.map(({ length }) => new Float64Array(length).fill(1));

  beforeEach(async () => {
    device = await create();
    const { parameters, runningStatistics } = superNetwork(GOLDEN_SPACE);
    expect(parameters.map((parameter) => parameter.name).sort()).toEqual(Object.keys(GOLDEN.parameters).sort());
    writeGolden(device, runningStatistics);
  });
  afterEach(() => device.close());

  it("GDAS: the gradient through a hard sample with fixed noise, and Adam", async () => {
    const { noise, temperature, supports, loss, gradients, after } = GOLDEN.gdas;
    const samples = groups.map(({ sparsity }, group) =>
      gumbelSample(GOLDEN.logits[group]!, { sparsity, temperature, noise: noise[group]! }),
    );
    expect(samples.map(({ support }) => support)).toEqual(supports);
    const build = GOLDEN_SPACE.network(supports);
    const step = await ArchitectureStep.compile(device, build, { batch, updatesRunning: false });
    const steered = await step.run(GOLDEN.validation, ones(supports));
    expect(Math.abs(steered.loss / loss - 1)).toBeLessThan(LIMIT);
    const got = samples.map((sample, group) => straightThrough(sample, steered.gradients[group]!, temperature));
    expectClose(got, gradients);
    expectClose(afterTwoSteps(got), after);
  });

  it("DARTS: the gradient of first order", async () => {
    const mixture = GOLDEN.logits.map((logits) => Float64Array.from(softmax(logits)));
    const build = GOLDEN_SPACE.network(allCandidates(groups));
    const first = await ArchitectureStep.compile(device, build, { batch, updatesRunning: false });
    const steered = await first.run(GOLDEN.validation, mixture);
    const got = mixture.map((group, index) => throughSoftmax([...group], steered.gradients[index]!));
    expectClose(got, GOLDEN.darts.first);
  });

  it("DARTS: the gradient of second order, with momentum and decay, and Adam", async () => {
    const { learningRate, loss, first: ofFirstOrder, gradients, after } = GOLDEN.darts;
    const mixture = GOLDEN.logits.map((logits) => Float64Array.from(softmax(logits)));
    const build = GOLDEN_SPACE.network(allCandidates(groups));
    const first = await ArchitectureStep.compile(device, build, { batch, updatesRunning: false });
    const second = await SecondOrder.compile(device, build, STEP, first);
    const { training, validation } = GOLDEN;
    const steered = await second.run({ training, validation, mixture, learningRate });
    expect(Math.abs(steered.loss / loss - 1)).toBeLessThan(LIMIT);
    const got = mixture.map((group, index) => throughSoftmax([...group], steered.gradients[index]!));
    expectClose(got, gradients);
    expect(() => expectClose(ofFirstOrder, gradients, 0.1)).toThrow();
    expectClose(afterTwoSteps(got), after);
  });

  it("DSNAS: the gradient of the logits from the one pass that moves the weights", async () => {
    const { supports, loss, gradients } = GOLDEN.dsnas;
    const build = GOLDEN_SPACE.network(supports);
    const step = await WeightStep.compile(device, build, { ...STEP, returnsMixtureGradient: true });
    const result = await step.run(GOLDEN.training, { learningRate: 0.05, mixture: ones(supports) });
    expect(Math.abs(result.loss / loss - 1)).toBeLessThan(LIMIT);
    const got = supports.map((support, group) =>
      scoreGradient(softmax(GOLDEN.logits[group]!), support, result.mixtureGradient![group]!),
    );
    expectClose(got, gradients);
  });

  it("synflow: of what is kept, without biases", async () => {
    const { supports, logarithm } = GOLDEN.synflow;
    const pass = await synflow.compile(device, GOLDEN_SPACE.network(supports), 1);
    expect(Math.abs((await pass.score(GOLDEN.training)) / logarithm - 1)).toBeLessThan(LIMIT);
  });
});
