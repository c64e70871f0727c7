import { describe, expect, it } from "vitest";
import { createReferenceDevice, createWasmDevice, type Device } from "../../src/device/index.ts";
import { Graph } from "../../src/graph/index.ts";
import { Layers, type Network, type NetworkPass } from "../../src/network/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import { genotypeStructures, NAMED_GENOTYPES, networkBuilder } from "../../src/spaces/darts/index.ts";
import {
  ArchitectureStep,
  initialiseWeights,
  isOfOneStep,
  type TrainingBatch,
  WeightStep,
} from "../../src/train/index.ts";
import { TINY_SPEC } from "../tiny-spec.ts";

const BATCH = 12;
const OPTIONS = {
  ...{ batch: BATCH, momentum: 0.9, weightDecay: 3e-4, clipNorm: 0.5, labelSmoothing: 0.1, auxiliaryWeight: 0 },
  ...{ mixture: true, dropPath: true, returnsMixtureGradient: true },
};

/** Two convolutions side by side, weighted and dropped at random, and no batch norm: images know nothing of each other. */
function withoutNorm(pass: NetworkPass): Network {
  const graph = new Graph();
  const layers = new Layers(graph, pass.mode, pass.prefix);
  const images = graph.input("images", [pass.batch, 8, 8, 3]);
  const layer = { channels: 8, size: 3, stride: 2, padding: 1, relu: false };
  const mixture = graph.input("mixture/node0", [2]);
  const [left, right] = ["left", "right"].map((name) => layers.convolution(name, images, layer));
  const dropPathInputs = pass.dropPath ? ["dropPath/left"] : [];
  const factors = dropPathInputs.map((name) => graph.input(name, [pass.batch]));
  const kept = pass.dropPath ? graph.apply("dropPath", [left!, ...factors], {}) : left!;
  const node = graph.apply("weightedSum", [mixture, kept, right!], { entries: [0, 1] });
  const features = graph.apply("globalMean", [graph.apply("relu", [node], {})], {});
  return {
    ...{ graph, images, logits: layers.linear("classifier", features, 5), auxiliaryLogits: null },
    ...{ classWeights: [0.5, 1, 1, 2, 0.5], mixtures: [mixture], kept: [], dropPathInputs },
    ...{ cells: [], parameters: layers.parameters, runningStatistics: layers.runningStatistics },
  };
}

function batches(streams: RandomStreams, count: number): readonly TrainingBatch[] {
  const draws = streams.stream("images");
  return Array.from({ length: count }, () => ({
    images: Float32Array.from({ length: BATCH * 8 * 8 * 3 }, () => draws.normal()),
    labels: Float32Array.from({ length: BATCH }, () => draws.integer(5)),
  }));
}

/** Three steps and a pass for the architecture, in so many parts. */
async function trace(device: Device, accumulate: number, build = withoutNorm) {
  const streams = new RandomStreams(4);
  const step = await WeightStep.compile(device, build, { ...OPTIONS, accumulate });
  const first = await ArchitectureStep.compile(device, build, { batch: BATCH, updatesRunning: false, accumulate });
  initialiseWeights(device, step.network, streams);
  const mixture = (step.network.mixtures ?? []).map(({ shape }) => new Float32Array(shape[0]!).fill(0.7));
  const numbers: number[] = [];
  for (const [index, batch] of batches(streams, 3).entries()) {
    const dropPath = { rate: 0.3, stream: streams.stream(`drop/${index}`) };
    const trained = await step.run(batch, { learningRate: 0.1, mixture, dropPath });
    const { loss, correct, gradientNorm, mixtureGradient } = trained;
    numbers.push(loss, correct, gradientNorm, ...mixtureGradient!.flatMap((group) => Array.from(group)));
    if (build !== withoutNorm) continue;
    const steered = await first.run(batch, mixture);
    numbers.push(steered.loss, ...steered.gradients.flatMap((group) => Array.from(group)));
  }
  const kept = device.names().filter((name) => !isOfOneStep(name));
  numbers.push(...kept.flatMap((name) => Array.from(device.read(name))));
  await device.close();
  return numbers;
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, k) => Math.max(most, Math.abs(value - b[k]!)), 0);
}

describe("gradient accumulation", () => {
  it.each([3, 12])("in %i parts is the step of the whole batch in a network without batch norm", async (parts) => {
    const whole = await trace(createReferenceDevice(), 1);
    expect(largestDifference(whole, await trace(createReferenceDevice(), parts))).toBeLessThan(1e-12);
    const wasm = await trace(await createWasmDevice({ threads: 2 }), parts);
    expect(largestDifference(whole, wasm)).toBeLessThan(2e-5);
  });

  it("is another step where batch norm sees a part alone, and takes less memory", async () => {
    const build = networkBuilder(TINY_SPEC, genotypeStructures(NAMED_GENOTYPES.ISTA_onestage));
    const [whole, parts] = await Promise.all(
      [1, 2].map(async (n) => trace(await createWasmDevice({ threads: 1 }), n, build)),
    );
    expect(largestDifference(whole!, parts!)).toBeGreaterThan(1e-3);
    const device = await createWasmDevice({ threads: 1 });
    const peak = async (accumulate: number) =>
      (await WeightStep.compile(device, build, { ...OPTIONS, accumulate })).peakBytes;
    expect(await peak(4)).toBeLessThan(0.5 * (await peak(1)));
    await device.close();
  });

  it("leaves nothing from step to step: what a checkpoint keeps is enough to go on to the same bits", async () => {
    const build = networkBuilder(TINY_SPEC, genotypeStructures(NAMED_GENOTYPES.ISTA_onestage));
    const [first, second] = batches(new RandomStreams(7), 2);
    const run = async (device: Device, given: readonly TrainingBatch[]) => {
      const step = await WeightStep.compile(device, build, { ...OPTIONS, accumulate: 3 });
      const mixture = step.network.mixtures!.map(({ shape }) => new Float32Array(shape[0]!).fill(0.7));
      if (given[0] === first) initialiseWeights(device, step.network, new RandomStreams(1));
      for (const batch of given) await step.run(batch, { learningRate: 0.1, mixture });
    };
    const [through, stopped, goesOn] = await Promise.all([1, 1, 2].map((threads) => createWasmDevice({ threads })));
    await run(through!, [first!, second!]);
    await run(stopped!, [first!]);
    const kept = (device: Device) => device.names().filter((name) => !isOfOneStep(name));
    expect(kept(stopped!).length).toBeLessThan(stopped!.names().length);
    for (const name of kept(stopped!)) goesOn!.write(name, stopped!.read(name));
    await run(goesOn!, [second!]);
    for (const name of kept(through!)) expect(goesOn!.read(name), name).toEqual(through!.read(name));
    await Promise.all([through!, stopped!, goesOn!].map((device) => device.close()));
  });

  it("moves no weight when a part before the last diverges", async () => {
    const device = createReferenceDevice();
    const step = await WeightStep.compile(device, withoutNorm, { ...OPTIONS, accumulate: 3 });
    initialiseWeights(device, step.network, new RandomStreams(1));
    const before = device.read("classifier.weight");
    const [batch] = batches(new RandomStreams(7), 1);
    const images = Float32Array.from(batch!.images, (value, k) => (k === 5 ? Number.NaN : value));
    const inputs = { learningRate: 0.1, mixture: [[1, 1]] };
    await expect(step.run({ ...batch!, images }, inputs)).rejects.toThrow(
      expect.objectContaining({ code: "E_TRAIN_DIVERGED" }),
    );
    expect(device.read("classifier.weight")).toEqual(before);
  });

  it("takes a number of parts that divides the batch", async () => {
    const compile = WeightStep.compile(createReferenceDevice(), withoutNorm, { ...OPTIONS, accumulate: 5 });
    await expect(compile).rejects.toThrow(
      expect.objectContaining({
        ...{ code: "E_BATCH_PARTS", kind: "usage" },
        message: "--accumulate: got 5 for a batch of 12, expected a number that divides it",
      }),
    );
  });
});
