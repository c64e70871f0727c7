import { describe, expect, it } from "vitest";
import { createReferenceDevice, createWasmDevice, type Device } from "../../src/device/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import { genotypeStructures, NAMED_GENOTYPES, networkBuilder } from "../../src/spaces/darts/index.ts";
import { ArchitectureStep, Divergence, initialiseWeights, WeightStep } from "../../src/train/index.ts";
import { TINY_SPEC } from "../tiny-spec.ts";

const BATCH = 4;
const STRUCTURES = genotypeStructures(NAMED_GENOTYPES.ISTA_twostage);
const OPTIONS = {
  ...{ batch: BATCH, momentum: 0.9, weightDecay: 0, clipNorm: 5, labelSmoothing: 0, auxiliaryWeight: 0 },
  ...{ mixture: true, dropPath: false },
};
const MIXTURE = Array.from({ length: 8 }, () => new Float64Array(2).fill(0.4));

function batch() {
  const stream = new RandomStreams(3).stream("batch");
  const { imageSize, imageChannels, classCount } = TINY_SPEC;
  const length = BATCH * imageSize.height * imageSize.width * imageChannels;
  const images = Float64Array.from({ length }, () => stream.normal());
  return { images, labels: Float64Array.from({ length: BATCH }, () => stream.integer(classCount)) };
}

async function rejection(work: Promise<unknown>): Promise<Divergence> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Divergence);
  return error as Divergence;
}

describe.each([
  ["reference", () => Promise.resolve(createReferenceDevice() as Device), Number.MAX_VALUE],
  ["wasm", () => createWasmDevice({ threads: 2 }), 3e38],
] as const)("a step that diverges on %s", (_, makeDevice, huge) => {
  async function start(options: { readonly maxLoss?: number } = {}) {
    const device = await makeDevice();
    const step = await WeightStep.compile(device, networkBuilder(TINY_SPEC, STRUCTURES), { ...OPTIONS, ...options });
    initialiseWeights(device, step.network, new RandomStreams(1));
    const parameters = step.network.parameters.map(({ name }) => name);
    const values = () => parameters.flatMap((name) => [...device.read(name), ...device.read(`${name}/velocity`)]);
    const run = (images = batch().images) =>
      step.run({ images, labels: batch().labels }, { learningRate: 0.5, mixture: MIXTURE });
    return { device, step, parameters, values, run };
  }

  it.each([/^cells\.0\.nodes\.1\..*pointwise/, /^cells\.2\.nodes\.0\..*depthwise/, /^stem\./])(
    "names the layer %s in which its numbers left the finite ones, and moves nothing",
    async (pattern) => {
      const { device, parameters, values, run } = await start();
      await run();
      const name = parameters.find((one) => pattern.test(one))!;
      device.write(name, new Float64Array(device.read(name).length).fill(huge));
      const before = values();
      const { facts, message } = await rejection(run());
      expect(facts.origin).toMatch(
        new RegExp(`^(pointwise|depthwise|convolution)\\w* of ${name.replaceAll(".", "\\.")}$`),
      );
      expect(message).toContain(`not finite first in ${facts.origin}`);
      expect(message).toContain("at learning rate 0.5");
      expect(values()).toEqual(before);
      await device.close();
    },
  );

  it("names a parameter or an input that is not finite itself", async () => {
    const { device, parameters, run } = await start();
    expect((await rejection(run(batch().images.fill(Number.NaN)))).facts.origin).toBe(
      "the input images, which is not finite itself",
    );
    const name = parameters.at(-1)!;
    device.write(name, new Float64Array(device.read(name).length).fill(Number.NaN));
    expect((await rejection(run())).facts.origin).toBe(`${name}, which is not finite itself`);
    await device.close();
  });

  it("stops at a loss beyond its bound", async () => {
    const { device, run } = await start({ maxLoss: 1e-3 });
    const { facts, message, code } = await rejection(run());
    expect(facts).toMatchObject({ what: "weight step", maxLoss: 1e-3, learningRate: 0.5, origin: null });
    expect(facts.loss).toBeGreaterThan(0.1);
    expect(message).toContain("a loss of at most 0.001");
    expect(code).toBe("E_TRAIN_DIVERGED");
    await device.close();
  });

  it("does the same when it steers the architecture", async () => {
    const { device, parameters } = await start();
    const options = { batch: BATCH, updatesRunning: false, maxLoss: 50 };
    const step = await ArchitectureStep.compile(device, networkBuilder(TINY_SPEC, STRUCTURES), options);
    const name = parameters.find((one) => /^cells\.1\.nodes\.2\..*pointwise/.test(one))!;
    device.write(name, new Float64Array(device.read(name).length).fill(huge));
    const { facts } = await rejection(step.run(batch(), MIXTURE));
    expect(facts).toMatchObject({ what: "architecture step", gradientNorm: null, learningRate: null, maxLoss: 50 });
    expect(facts.origin).toContain(`of ${name.slice(0, name.lastIndexOf("."))}.`);
    await device.close();
  });
});
