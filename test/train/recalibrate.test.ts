import { describe, expect, it } from "vitest";
import { createReferenceDevice, type Device } from "../../src/device/index.ts";
import type { Network } from "../../src/network/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import { mobileNetwork } from "../../src/spaces/mobile/index.ts";
import { initialiseWeights, LossPass, readWeights, recalibrate } from "../../src/train/index.ts";
import { noiseBatches } from "../contract/noise-batches.ts";
import { TINY_MOBILE } from "../tiny-macros.ts";

const BATCH = 8;
const PASS = { batch: BATCH, mixture: false, dropPath: false, auxiliaryHead: false };
const build = mobileNetwork(TINY_MOBILE, [["mb3_3x3"], ["identity"], ["mb6_3x3"], ["mb3_5x5"]]);
const source = noiseBatches(TINY_MOBILE, { name: "all", batch: BATCH, batchCount: 3 });
const [first, second] = [source.batch(0, 0), source.batch(0, 1)];

function initialised(): { readonly device: Device; readonly network: Network } {
  const device = createReferenceDevice();
  const network = build({ ...PASS, mode: { kind: "inference" } });
  initialiseWeights(device, network, new RandomStreams(1));
  return { device, network };
}

describe("recalibrate", () => {
  it("makes the running statistics the mean over the batches, whatever they were, and leaves weights as they are", async () => {
    const { device, network } = initialised();
    const statistics = () => network.runningStatistics.flatMap(({ name }) => [...device.read(name)]);
    const weights = () => network.parameters.flatMap(({ name }) => [...device.read(name)]);
    const before = weights();
    await recalibrate(device, build, BATCH, [first]);
    const ofFirst = statistics();
    await recalibrate(device, build, BATCH, [second]);
    const ofSecond = statistics();
    for (const { name, shape } of network.runningStatistics) device.write(name, Array(shape[0]!).fill(Number.NaN));
    await recalibrate(device, build, BATCH, [first, second]);
    for (const [index, value] of statistics().entries()) {
      expect(value).toBeCloseTo((ofFirst[index]! + ofSecond[index]!) / 2, 12);
    }
    expect(ofFirst).not.toEqual(ofSecond);
    expect(weights()).toEqual(before);
  });

  it("lets inference come close to what the statistics of the batch give", async () => {
    const { device } = initialised();
    const lossBy = async (statistics: "batch" | "running") => {
      const pass = await LossPass.compile(device, build, BATCH, statistics);
      return (await pass.run(first)).loss;
    };
    const byBatch = await lossBy("batch");
    const before = Math.abs((await lossBy("running")) - byBatch);
    await recalibrate(device, build, BATCH, [first]);
    const after = Math.abs((await lossBy("running")) - byBatch);
    // What is left: running variances are those of an unbiased estimate.
    expect(after).toBeLessThan(before / 5);
    const kept = readWeights(device, build({ ...PASS, mode: { kind: "inference" } }));
    await lossBy("running");
    await lossBy("batch");
    expect(readWeights(device, build({ ...PASS, mode: { kind: "inference" } }))).toEqual(kept);
  });
});
