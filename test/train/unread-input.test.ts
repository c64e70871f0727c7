import { expect, it } from "vitest";
import { createReferenceDevice } from "../../src/device/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import { type CellStructure, type DartsMacro, networkBuilder } from "../../src/spaces/darts/index.ts";
import { ArchitectureStep, initialiseWeights, WeightStep } from "../../src/train/index.ts";

/** A legal cell that reads one of its inputs only. */
function cell(source: number): CellStructure {
  const picks = (["sep_conv_3x3", "skip_connect"] as const).map((primitive) => ({ source, primitive }));
  return { nodes: [picks, picks, picks, picks], concat: [2, 3, 4, 5] };
}

it.each([0, 1])("trains cells that read input %i alone", async (source) => {
  const spec: DartsMacro = {
    ...{ imageSize: { height: 8, width: 8 }, imageChannels: 1, classCount: 3, initChannels: 4, cellCount: 5 },
    ...{ stem: "cifar", affine: false, poolNorm: true, skipNorm: false, auxiliaryHead: false },
  };
  const structures = { normal: cell(source), reduce: cell(source) };
  const device = createReferenceDevice();
  const step = await WeightStep.compile(device, networkBuilder(spec, structures), {
    ...{ batch: 2, momentum: 0.9, weightDecay: 3e-4, clipNorm: 5, labelSmoothing: 0, auxiliaryWeight: 0 },
    ...{ mixture: true, dropPath: false },
  });
  initialiseWeights(device, step.network, new RandomStreams(1));
  const batch = { images: Float64Array.from({ length: 128 }, (_, i) => Math.sin(i)), labels: [0, 2] };
  const mixture = Array.from({ length: 8 }, () => new Float64Array(2).fill(1));
  const first = await step.run(batch, { learningRate: 0.05, mixture });
  let last = first;
  for (let k = 0; k < 5; k++) last = await step.run(batch, { learningRate: 0.05, mixture });
  expect(last.loss).toBeLessThan(first.loss);
  const architecture = await ArchitectureStep.compile(device, networkBuilder(spec, structures), {
    batch: 2,
    updatesRunning: false,
  });
  const { gradients } = await architecture.run(batch, mixture);
  expect(gradients.some((group) => Array.from(group).some((value) => value !== 0))).toBe(true);
});
