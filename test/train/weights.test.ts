import { expect, it } from "vitest";
import { createReferenceDevice } from "../../src/device/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import { mobileNetwork } from "../../src/spaces/mobile/index.ts";
import { initialiseWeights, velocityName, WeightStep } from "../../src/train/index.ts";
import { noiseBatches } from "../contract/noise-batches.ts";
import { TINY_MOBILE } from "../tiny-macros.ts";

it("weights that begin again learn as they did the first time, without the momentum of what was before", async () => {
  const device = createReferenceDevice();
  const build = mobileNetwork(TINY_MOBILE, [["mb3_3x3"], ["identity"], ["mb6_3x3"], ["mb3_5x5"]]);
  const step = await WeightStep.compile(device, build, {
    ...{ batch: 4, momentum: 0.9, weightDecay: 0, clipNorm: 5, labelSmoothing: 0, auxiliaryWeight: 0 },
    ...{ mixture: false, dropPath: false },
  });
  const batches = noiseBatches(TINY_MOBILE, { name: "all", batch: 4, batchCount: 3 });
  const losses = async () => {
    initialiseWeights(device, step.network, new RandomStreams(1));
    const all: number[] = [];
    for (let index = 0; index < 3; index++) {
      all.push((await step.run(batches.batch(0, index), { learningRate: 0.05, mixture: null })).loss);
    }
    return all;
  };
  const first = await losses();
  const [{ name }] = step.network.parameters as [(typeof step.network.parameters)[number]];
  expect(device.read(velocityName(name)).some((value) => value !== 0)).toBe(true);
  expect(await losses()).toEqual(first);
});
