import { expect, it } from "vitest";
import { createReferenceDevice } from "../../src/device/index.ts";
import type { CellStructure, NetworkSpec } from "../../src/network/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import { ArchitectureStep, initialiseWeights, WeightStep } from "../../src/train/index.ts";

/** A legal cell that reads one of its inputs only. */
function cell(source: number): CellStructure {
  const picks = (["sep_conv_3x3", "skip_connect"] as const).map((primitive) => ({ source, primitive }));
  return { nodes: [picks, picks, picks, picks], concat: [2, 3, 4, 5] };
}

it.each([0, 1])("trains cells that read input %i alone", async (source) => {
  const spec: NetworkSpec = {
    ...{ imageSize: { height: 8, width: 8 }, imageChannels: 1, classCount: 3, initChannels: 4, cellCount: 5 },
    ...{ stem: "cifar", affine: false, poolNorm: true, skipNorm: false, auxiliaryHead: false },
  };
  const structures = { normal: cell(source), reduce: cell(source) };
  const device = createReferenceDevice();
  const step = await WeightStep.compile(device, spec, structures, {
    ...{ batch: 2, momentum: 0.9, weightDecay: 3e-4, clipNorm: 5, labelSmoothing: 0, auxiliaryWeight: 0 },
    ...{ edgeWeights: true, dropPath: false },
  });
  initialiseWeights(device, step.network, new RandomStreams(1));
  const batch = { images: Float64Array.from({ length: 128 }, (_, i) => Math.sin(i)), labels: [0, 2] };
  const edgeWeights = { normal: new Float64Array(8).fill(1), reduce: new Float64Array(8).fill(1) };
  const first = await step.run(batch, { learningRate: 0.05, edgeWeights });
  let last = first;
  for (let k = 0; k < 5; k++) last = await step.run(batch, { learningRate: 0.05, edgeWeights });
  expect(last.loss).toBeLessThan(first.loss);
  const architecture = await ArchitectureStep.compile(device, spec, structures, { batch: 2, updatesRunning: false });
  const { gradients } = await architecture.run(batch, edgeWeights);
  expect(Array.from(gradients.normal).some((value) => value !== 0)).toBe(true);
});
