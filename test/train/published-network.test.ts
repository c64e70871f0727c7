import { expect, it } from "vitest";
import { createWasmDevice } from "../../src/device/index.ts";
import { parameterCount } from "../../src/network/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import { type DartsMacro, genotypeStructures, NAMED_GENOTYPES, networkBuilder } from "../../src/spaces/darts/index.ts";
import { initialiseWeights, WeightStep } from "../../src/train/index.ts";

const BATCH = 8;
/** Network and step of the published evaluation on CIFAR-10. */
const SPEC: DartsMacro = {
  ...{ imageSize: { height: 32, width: 32 }, imageChannels: 3, classCount: 10, initChannels: 36, cellCount: 20 },
  ...{ stem: "cifar", affine: true, poolNorm: false, skipNorm: false, auxiliaryHead: true },
};
const STEP = {
  ...{ batch: BATCH, momentum: 0.9, weightDecay: 3e-4, clipNorm: 5, labelSmoothing: 0, auxiliaryWeight: 0.4 },
  ...{ mixture: false, dropPath: true },
};

it("takes a training step with the published network at its published size, head and drop path included", async () => {
  const device = await createWasmDevice({ threads: 2 });
  try {
    const streams = new RandomStreams(1);
    const structures = genotypeStructures(NAMED_GENOTYPES.ISTA_twostage);
    const step = await WeightStep.compile(device, networkBuilder(SPEC, structures), STEP);
    expect(parameterCount(step.network.parameters)).toBe(3_316_726 + 476_426);
    initialiseWeights(device, step.network, streams);
    const norms = () =>
      step.network.parameters.map(({ name }) =>
        Float64Array.from(device.read(name)).reduce((sum, w) => sum + w * w, 0),
      );
    const before = norms();
    const pixels = streams.stream("images");
    const images = Float32Array.from({ length: BATCH * 32 * 32 * 3 }, () => pixels.normal());
    const labels = Float32Array.from({ length: BATCH }, (_, image) => image);
    const dropPath = { rate: 0.2, stream: streams.stream("drop-path") };
    const { loss, gradientNorm } = await step.run({ images, labels }, { learningRate: 0.025, mixture: null, dropPath });
    // Ten classes and a network that knows nothing: about ln 10 from the classifier, and 0.4 times that from the head.
    expect(loss / (1.4 * Math.log(10))).toBeGreaterThan(0.8);
    expect(loss / (1.4 * Math.log(10))).toBeLessThan(1.5);
    expect(gradientNorm).toBeGreaterThan(0);
    const after = norms();
    const unmoved = step.network.parameters.filter((_, k) => after[k] === before[k]);
    expect(unmoved.map(({ name }) => name)).toEqual([]);
  } finally {
    await device.close();
  }
});
