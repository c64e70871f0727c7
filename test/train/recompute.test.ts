import { describe, expect, it } from "vitest";
import { createReferenceDevice, createWasmDevice, type Device } from "../../src/device/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import { genotypeStructures, NAMED_GENOTYPES, networkBuilder } from "../../src/spaces/darts/index.ts";
import { ArchitectureStep, initialiseWeights, WeightStep } from "../../src/train/index.ts";
import { TINY_SPEC } from "../tiny-spec.ts";

const BATCH = 6;
const SPEC = { ...TINY_SPEC, cellCount: 6 };
const STRUCTURES = genotypeStructures(NAMED_GENOTYPES.ISTA_onestage);
const OPTIONS = {
  ...{ batch: BATCH, momentum: 0.9, weightDecay: 3e-4, clipNorm: 5, labelSmoothing: 0.1, auxiliaryWeight: 0 },
  ...{ mixture: true, dropPath: true },
};

/** Two steps on the weights and one pass for the architecture: everything that the device then holds, and all results. */
async function trace(device: Device, recompute: boolean) {
  const streams = new RandomStreams(4);
  const weightStep = await WeightStep.compile(device, networkBuilder(SPEC, STRUCTURES), { ...OPTIONS, recompute });
  const architectureStep = await ArchitectureStep.compile(device, networkBuilder(SPEC, STRUCTURES), {
    ...{ batch: BATCH, updatesRunning: true, recompute },
  });
  initialiseWeights(device, weightStep.network, streams);
  const draws = streams.stream("images");
  const batch = {
    images: Float32Array.from({ length: BATCH * 8 * 8 * 3 }, () => draws.normal()),
    labels: Float32Array.from({ length: BATCH }, (_, i) => i % 5),
  };
  const mixture = Array.from({ length: 8 }, () => Float32Array.from({ length: 2 }, () => draws.normal()));
  const results: unknown[] = [];
  for (let step = 0; step < 2; step++) {
    const dropPath = { rate: 0.2, stream: streams.stream(`drop/${step}`) };
    results.push(await weightStep.run(batch, { learningRate: 0.1, mixture, dropPath }));
  }
  results.push(await architectureStep.run(batch, mixture));
  const state = device.names().map((name) => [name, device.read(name)] as const);
  const peaks = { weights: weightStep.peakBytes, architecture: architectureStep.peakBytes };
  await device.close();
  return { results, state, peaks };
}

describe("computing cells a second time", () => {
  it.each([
    ["reference", async () => createReferenceDevice()],
    ["wasm", () => createWasmDevice({ threads: 2 })],
  ] as const)("changes no bit of weights, statistics and gradients on %s, and takes less memory", async (_, create) => {
    const kept = await trace(await create(), false);
    const again = await trace(await create(), true);
    expect(again.results).toEqual(kept.results);
    expect(again.state).toEqual(kept.state);
    expect(again.peaks.weights).toBeLessThan(0.75 * kept.peaks.weights);
    expect(again.peaks.architecture).toBeLessThan(0.75 * kept.peaks.architecture);
  });
});
