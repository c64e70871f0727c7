/** MTL-NAS as PyTorch computes it: see scripts/golden/make-mtl-golden.py. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createReferenceDevice, createWasmDevice, type Device } from "../../../src/device/index.ts";
import { allCandidates, inferencePass } from "../../../src/network/index.ts";
import type { RandomStream } from "../../../src/random/index.ts";
import { fusionSpace } from "../../../src/spaces/fusion/index.ts";
import { GateLogits } from "../../../src/strategies/mtl/gate-logits.ts";
import { gateEntropy, gateEntropySlope, relaxedBernoulli, sigmoid } from "../../../src/strategies/mtl/gates.ts";
import { gatedStepOptions } from "../../../src/strategies/mtl/mtl-search.ts";
import { ArchitectureStep, type TrainingBatch, velocityName, WeightStep } from "../../../src/train/index.ts";
import { TINY_BACKBONE, TINY_FUSION } from "../../tiny-macros.ts";

type Numbers = readonly number[];
type Values = Readonly<Record<string, Numbers>>;

interface Golden {
  readonly gates: Readonly<Record<"logits" | "uniform" | "sigmoid" | "entropy" | "entropySlope", Numbers>> & {
    readonly samples: readonly { readonly temperature: number; readonly values: Numbers }[];
  };
  readonly parameters: Values;
  readonly velocities: Values;
  readonly statistics: Values;
  readonly first: TrainingBatch;
  readonly second: TrainingBatch;
  readonly options: Readonly<
    Record<
      | ("learningRate" | "momentum" | "weightDecay" | "clipNorm")
      | ("logitRate" | "entropyWeight" | "gatePrice" | "temperature"),
      number
    >
  >;
  readonly start: Numbers;
  readonly logits: readonly { readonly loss: number; readonly gradient: Numbers; readonly logits: Numbers }[];
  readonly hard: { readonly gates: Numbers; readonly outputs: readonly Numbers[] };
  readonly weights: {
    readonly uniform: Numbers;
    readonly gates: Numbers;
    readonly loss: number;
    readonly gradientNorm: number;
    readonly parameters: Values;
  };
}

const GOLDEN = JSON.parse(readFileSync(new URL("../../golden/mtl.json", import.meta.url), "utf8")) as Golden;

const BATCH = 4;
const LIMIT = 1e-5;

const space = fusionSpace(TINY_BACKBONE);
const superNet = space.superNetwork(TINY_FUSION, allCandidates(space.groups));
const { temperature, logitRate, entropyWeight, gatePrice, learningRate, ...sgd } = GOLDEN.options;

/** The logits before a step, and an optimizer that has taken none. */
function gateLogits(logits: Numbers): GateLogits {
  const options = { groups: space.groups, gates: space.gates!, rate: logitRate, entropyWeight, gatePrice };
  const optimizers = logits.map(() => ({ steps: 0, means: [0], squares: [0] }));
  return new GateLogits(options, { logits: logits.map((logit) => [logit]), optimizers });
}

/** Relative to the largest of them. */
function expectClose(name: string, got: ArrayLike<number>, expected: Numbers, limit = LIMIT): void {
  expect(got.length, name).toBe(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  for (const [index, value] of expected.entries()) {
    expect(Math.abs(got[index]! - value) / largest, `${name}, ${index}`).toBeLessThan(limit);
  }
}

/** Of these numbers, in turn. */
function given(uniform: Numbers): RandomStream {
  const rest = [...uniform];
  return { uniform: () => rest.shift()! } as RandomStream;
}

describe("a gate", () => {
  const { logits, uniform, samples, ...expected } = GOLDEN.gates;

  it("is the sigmoid of its logit, and loses the entropy of open and shut", () => {
    expectClose("sigmoid", logits.map(sigmoid), expected.sigmoid, 1e-14);
    expectClose("entropy", logits.map(gateEntropy), expected.entropy, 1e-14);
    expectClose("slope of the entropy", logits.map(gateEntropySlope), expected.entropySlope, 1e-14);
  });

  it.each(samples)("is drawn at temperature $temperature", ({ temperature: low, values }) => {
    const drawn = logits.map((logit, index) => relaxedBernoulli(logit, low, uniform[index]!));
    expectClose("sample", drawn, values, 1e-12);
  });

  it("is open or shut where the temperature ends, whatever is drawn", () => {
    for (const number of [0, 1e-300, 0.3, 1 - 2 ** -53]) {
      expect([0, 1]).toContain(relaxedBernoulli(0.5, 1e-12, number));
      expect(relaxedBernoulli(0.5, 1, number)).toBeGreaterThanOrEqual(0);
    }
  });
});

describe.each([
  ["reference", () => createReferenceDevice()],
  ["wasm", () => createWasmDevice({ threads: 2 })],
] as const)("on the device %s", (_, create) => {
  async function onGolden(check: (device: Device) => Promise<void>): Promise<void> {
    const device = await create();
    for (const [name, values] of Object.entries(GOLDEN.parameters)) device.write(name, values);
    for (const [name, values] of Object.entries(GOLDEN.statistics)) device.write(name, values);
    for (const [name, values] of Object.entries(GOLDEN.velocities)) device.write(velocityName(name), values);
    await check(device);
    await device.close();
  }

  it("moves logits by Adam against the losses of both tasks, the entropy and the price of the gates", () =>
    onGolden(async (device) => {
      const step = await ArchitectureStep.compile(device, superNet, { batch: BATCH, updatesRunning: false });
      const logits = gateLogits(GOLDEN.start);
      for (const [index, batch] of [GOLDEN.first, GOLDEN.second].entries()) {
        const expected = GOLDEN.logits[index]!;
        const { loss, gradients } = await step.run(batch, logits.soft);
        expect(loss / expected.loss).toBeCloseTo(1, 5);
        const byGates = gradients.map((gradient) => gradient[1]! - gradient[0]!);
        expectClose("gradient by the gates", byGates, expected.gradient);
        logits.step(gradients);
        expectClose("logits", logits.state().logits.flat(), expected.logits);
        const moved = logits.state().logits.map(([logit], gate) => logit! - GOLDEN.start[gate]!);
        expectClose(
          "moves",
          moved,
          expected.logits.map((logit, gate) => logit - GOLDEN.start[gate]!),
          1e-3,
        );
      }
    }));

  it("takes the step of SGD on all weights, with gates that are drawn", () =>
    onGolden(async (device) => {
      const { uniform, gates, loss, gradientNorm, parameters } = GOLDEN.weights;
      const options = gatedStepOptions({
        ...{ ...sgd, learningRate, logitRate, entropyWeight, gatePrice, batch: BATCH, epochs: 1, finalLearningRate: 0 },
        ...{ labelSmoothing: 0, auxiliaryWeight: 0, recompute: false },
      });
      const step = await WeightStep.compile(device, superNet, options);
      const mixture = gateLogits(GOLDEN.logits.at(-1)!.logits).sample(temperature, given(uniform));
      const drawn = mixture.map((weights) => weights[1]!);
      expectClose("gates", drawn, gates, 1e-9);
      const result = await step.run(GOLDEN.first, { learningRate, mixture });
      expect(result.loss / loss).toBeCloseTo(1, 5);
      expect(result.gradientNorm / gradientNorm).toBeCloseTo(1, 5);
      expect(gradientNorm).toBeGreaterThan(sgd.clipNorm);
      expect(step.network.parameters.map(({ name }) => name).sort()).toEqual(Object.keys(parameters).sort());
      for (const { name } of step.network.parameters) expectClose(name, device.read(name), parameters[name]!);
    }));

  it("is what its gates come to, open or shut, without those that are shut", () =>
    onGolden(async (device) => {
      const supports = gateLogits(GOLDEN.logits.at(-1)!.logits).hard;
      expect(supports).toEqual(GOLDEN.hard.gates.map((gate) => [gate]));
      const network = space.derivedNetwork(TINY_FUSION, space.derive(supports))(inferencePass(BATCH));
      const { graph, logits, otherLogits } = network;
      const executable = await device.compile({ graph, outputs: { logits, other: otherLogits![0]! } });
      const outputs = await executable.run({ images: GOLDEN.second.images });
      expectClose("logits", outputs["logits"]!, GOLDEN.hard.outputs[0]!);
      expectClose("logits of the other task", outputs["other"]!, GOLDEN.hard.outputs[1]!);
    }));
});
