import { expect, it } from "vitest";
import { NO_AUGMENTATION, pixelStatistics, TrainingBatches } from "../../src/data/index.ts";
import { MemoryPixels } from "../../src/data/memory-pixels.ts";
import { createReferenceDevice, type Device } from "../../src/device/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import { type DartsMacro, derivedNetwork, NAMED_GENOTYPES } from "../../src/spaces/darts/index.ts";
import { cosineRate, initialiseWeights, type RetrainEvent, Trainer, WeightStep } from "../../src/train/index.ts";

const SPEC: DartsMacro = {
  ...{ imageSize: { height: 8, width: 8 }, imageChannels: 1, classCount: 3, initChannels: 4, cellCount: 3 },
  ...{ stem: "cifar", affine: true, poolNorm: false, skipNorm: false, auxiliaryHead: false },
};
const BUILD = derivedNetwork(SPEC, NAMED_GENOTYPES.ISTA_twostage);
const OPTIONS = {
  ...{ epochs: 2, batch: 3, learningRate: 0.05, finalLearningRate: 0, momentum: 0.9, weightDecay: 3e-4, clipNorm: 5 },
  ...{ labelSmoothing: 0, auxiliaryWeight: 0, dropPathRate: 0.3, recompute: false },
};

function augmentedBatches(streams: RandomStreams): TrainingBatches {
  const count = 7;
  const shape = { height: 8, width: 8, channels: 1 as const };
  const bytes = Uint8Array.from({ length: count * 64 }, (_, i) => (37 * i * i) % 256);
  const split = {
    shape,
    pixels: new MemoryPixels(shape, bytes),
    labels: Uint16Array.from({ length: count }, (_, i) => i % 3),
    count,
  };
  const augmentation = { ...NO_AUGMENTATION, cropPadding: 2, horizontalFlip: true, cutoutSize: 3 };
  return new TrainingBatches({
    ...{ split, statistics: pixelStatistics(split), batchSize: OPTIONS.batch, augmentation, streams, name: "retrain" },
  });
}

function weightsOf(device: Device): Record<string, number[]> {
  return Object.fromEntries(device.names().map((name) => [name, Array.from(device.read(name))]));
}

it("trains to the bits of a loop that makes each batch when its step begins", async () => {
  const device = createReferenceDevice();
  const streams = new RandomStreams(1);
  const events: RetrainEvent[] = [];
  let now = 0;
  const clock = () => now++;
  const batches = augmentedBatches(streams);
  const inputs = { device, build: BUILD, batches, streams, options: OPTIONS, clock };
  for await (const event of new Trainer(inputs, "scratch").run()) events.push(event);

  const plain = createReferenceDevice();
  const again = new RandomStreams(1);
  const source = augmentedBatches(again);
  const step = await WeightStep.compile(plain, BUILD, { ...OPTIONS, mixture: false, dropPath: true });
  initialiseWeights(plain, step.network, again);
  const losses: number[] = [];
  for (let epoch = 0; epoch < OPTIONS.epochs; epoch++) {
    for (let index = 0; index < source.batchCount; index++) {
      const dropPath = { rate: (0.3 * epoch) / OPTIONS.epochs, stream: again.stream(`drop-path/${epoch}/${index}`) };
      const learningRate = cosineRate(OPTIONS.learningRate, 0, epoch, OPTIONS.epochs);
      const inputs = { learningRate, mixture: null, dropPath };
      losses.push((await step.run(source.batch(epoch, index), inputs)).loss);
    }
  }

  expect(events.flatMap((event) => (event.kind === "retrain-step" ? [event.loss] : []))).toEqual(losses);
  expect(weightsOf(device)).toEqual(weightsOf(plain));
  // The reference device computes before it returns, so every batch is waited for: one second each by this clock.
  const stalls = events.flatMap((event) => (event.kind === "retrain-epoch" ? [event.stallSeconds] : []));
  expect(stalls).toEqual([3, 2]);
});
