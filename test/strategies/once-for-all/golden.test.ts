/** What PyTorch makes of the kernel transform, of the order of channels, and of one step of three sub-networks with a teacher. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createReferenceDevice, createWasmDevice, type Device } from "../../../src/device/index.ts";
import { inferencePass } from "../../../src/network/index.ts";
import { RandomStreams } from "../../../src/random/index.ts";
import { superNetwork } from "../../../src/search/index.ts";
import { ElasticTraining } from "../../../src/strategies/once-for-all/elastic-training.ts";
import { NestedChoices } from "../../../src/strategies/once-for-all/nested-choices.ts";
import { SharedWeights } from "../../../src/strategies/once-for-all/shared-weights.ts";
import { sortChannels } from "../../../src/strategies/once-for-all/sort-channels.ts";
import { SubNetworkPass } from "../../../src/strategies/once-for-all/sub-network-pass.ts";
import { Teacher } from "../../../src/strategies/once-for-all/teacher.ts";
import { initialiseWeights, LossPass, velocityName } from "../../../src/train/index.ts";
import { BATCH, GOLDEN, goldenBatch, goldenValues, NESTED, sines, supportsNamed, writeValues } from "./nested-chain.ts";

const choices = new NestedChoices(NESTED.nesting);
const shared = new SharedWeights(NESTED);
const SUB_NETWORKS = {
  largest: supportsNamed("mb6_7x7", "mb6_7x7"),
  smallest: supportsNamed("mb3_3x3", "identity"),
  between: supportsNamed("mb6_5x5", "mb3_3x3"),
};
const OPTIONS = {
  ...{ batch: BATCH, momentum: GOLDEN.momentum, weightDecay: GOLDEN.weightDecay, clipNorm: 1e9, labelSmoothing: 0 },
  ...{ auxiliaryWeight: 0, distillation: 1, recompute: false },
};

/** Relative to the largest of all. */
function expectClose(got: ArrayLike<number>, expected: readonly number[], limit: number, what: string): void {
  expect(got.length, what).toBe(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  for (const [index, value] of expected.entries()) {
    expect(Math.abs(got[index]! - value) / largest, `${what}, ${index}`).toBeLessThan(limit);
  }
}

it("has the parameters of the golden network", () => {
  expect(Object.fromEntries(shared.values.map(({ name, shape }) => [name, shape]))).toEqual(GOLDEN.shapes);
});

it("makes smaller windows of larger ones as PyTorch does", () => {
  const values = goldenValues(0);
  for (const [window, expected] of Object.entries(GOLDEN.transform)) {
    const supports = supportsNamed("mb6_7x7", `mb3_${window}x${window}`);
    const cut = shared.cut(NESTED.network(supports)(inferencePass()), values);
    const name = `stage0.layer1.mb3_${window}x${window}.filter.depthwise`;
    expectClose(cut.get(name)!, expected, 1e-7, window);
  }
});

describe.each([
  ["reference", () => createReferenceDevice(), 1e-6],
  ["wasm", () => createWasmDevice({ threads: 1 }), 2e-5],
] as const)("on the device %s", (_, create, limit) => {
  let device: Device;

  beforeEach(async () => {
    device = await create();
    initialiseWeights(device, superNetwork(NESTED), new RandomStreams(1));
    writeValues(device, goldenValues(0));
  });

  afterEach(() => device.close());

  it("sorts channels as PyTorch does, and what the largest network computes stays", async () => {
    const loss = async () => {
      const pass = await LossPass.compile(device, NESTED.network(SUB_NETWORKS.largest), BATCH);
      const { loss } = await pass.run(goldenBatch());
      pass.release();
      return loss;
    };
    const before = await loss();
    sortChannels(device, NESTED, choices, [6]);
    expect(Math.abs((await loss()) - before)).toBeLessThan(1e-6);
    const name = "stage0.layer1.mb6_7x7.filter.norm.shift";
    const unsorted = goldenValues(0).get(name)!;
    expect([...device.read(name)]).toEqual(GOLDEN.order.map((channel) => unsorted[channel]));
    expect(GOLDEN.order).not.toEqual([...GOLDEN.order].sort((a, b) => a - b));
  });

  it("teaches sub-networks as PyTorch does", async () => {
    writeValues(device, goldenValues(100), "teacher/");
    const largest = NESTED.network(SUB_NETWORKS.largest);
    const teacher = await Teacher.compile(device, largest, BATCH);
    const soft = await teacher.softLabels(goldenBatch());
    expectClose(soft, GOLDEN.soft, limit, "soft labels");
    for (const [name, supports] of Object.entries(SUB_NETWORKS)) {
      shared.settle(device, supports);
      const pass = await SubNetworkPass.compile(device, NESTED.network(supports), OPTIONS);
      expectClose([(await pass.run(goldenBatch(), soft)).loss], [GOLDEN.losses[name]!.hard], limit, name);
    }
  });

  it("takes a step of three sub-networks as PyTorch does", async () => {
    writeValues(device, goldenValues(100), "teacher/");
    for (const [place, [name, shape]] of Object.entries(GOLDEN.shapes).entries()) {
      const count = shape.reduce((product, length) => product * length, 1);
      device.write(velocityName(name), sines(count, 200 + place, 0.01));
    }
    const context = {
      ...{ device, space: NESTED, batches: [], streams: new RandomStreams(1), clock: () => 0, maxLoss: 1000 },
    };
    const training = new ElasticTraining(context, OPTIONS, shared, choices);
    const networks = Object.values(SUB_NETWORKS);
    const { learningRate } = GOLDEN;
    const step = await training.step({ batch: goldenBatch(), networks, next: null, learningRate });
    const hard = Object.values(GOLDEN.losses).reduce((sum, { hard }) => sum + hard / networks.length, 0);
    expectClose([step.loss], [hard], limit, "loss");
    expectClose([step.gradientNorm], [GOLDEN.gradientNorm], limit, "gradient norm");
    for (const [name, expected] of Object.entries(GOLDEN.after)) expectClose(device.read(name), expected, limit, name);
  });
});
