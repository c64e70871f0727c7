/** @file What trainings and searches tell of the other tasks of a network. */
import { expect, it } from "vitest";
import { createReferenceDevice, type Device } from "../../src/device/index.ts";
import { Graph } from "../../src/graph/index.ts";
import { inferencePass, type NetworkBuilder, NetworkDraft } from "../../src/network/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import {
  addBilevelStep,
  bilevelEpoch,
  bilevelSumsSchema,
  NO_BILEVEL_SUMS,
  trainingSumsSchema,
  weightEpoch,
} from "../../src/search/index.ts";
import {
  addStep,
  type BatchSource,
  Classifier,
  NO_TRAINING_SUMS,
  type RetrainEvent,
  Trainer,
  type TrainerState,
  type TrainingBatch,
} from "../../src/train/index.ts";
import { countRight, logitOutputs, tasksOf } from "../../src/train/task.ts";

const BATCH = 4;
const SIDE = 4;

it("counts the images that are right in each task, of those that are real", () => {
  const outputs = { logits: [1, 0, 0, 1, 1, 0], "otherLogits/0": [0, 0, 1, 1, 0, 0, 0, 1, 0] };
  const batch = { labels: [0, 0, 0], otherLabels: [[2, 0, 0]] };
  expect(countRight(outputs, batch, 3)).toEqual({ correct: 2, otherCorrect: [2] });
  expect(countRight(outputs, batch, 1)).toEqual({ correct: 1, otherCorrect: [1] });
  expect(countRight(outputs, { labels: batch.labels }, 3)).toEqual({ correct: 2 });
});

it("has one task where a network has no other logits", () => {
  const logits = new Graph().input("logits", [1, 2]);
  expect(tasksOf({ logits })).toEqual([{ logits, output: "logits", targets: "labels" }]);
  expect(logitOutputs({ logits })).toEqual({ logits });
});

it("adds up what steps tell of other tasks, and says nothing of them where there is one", () => {
  const sums = { ...NO_TRAINING_SUMS };
  addStep(sums, { loss: 1, correct: 1, gradientNorm: 1 }, 2);
  expect(sums).toEqual({ loss: 0.5, correct: 1, gradientNorm: 0.5 });
  const more = { ...NO_TRAINING_SUMS };
  for (const otherCorrect of [
    [1, 2],
    [3, 0],
  ])
    addStep(more, { loss: 1, correct: 1, otherCorrect, gradientNorm: 1 }, 2);
  expect(trainingSumsSchema.parse(JSON.parse(JSON.stringify(more)))).toEqual({
    ...{ loss: 1, correct: 2, otherCorrect: [4, 2], gradientNorm: 1 },
  });
  expect(NO_TRAINING_SUMS).not.toHaveProperty("otherCorrect");
  const place = { epoch: 1, epochs: 1, learningRate: 0.1, stallSeconds: 0 };
  expect(weightEpoch({ ...place, images: 8 }, more)).toMatchObject({
    weightAccuracy: 0.25,
    otherAccuracies: [0.5, 0.25],
  });
  expect(weightEpoch({ ...place, images: 8 }, sums)).not.toHaveProperty("otherAccuracies");
  const both = { ...NO_BILEVEL_SUMS };
  const step = { loss: 1, correct: 2, otherCorrect: [1], gradientNorm: 0 };
  for (let k = 0; k < 2; k++) addBilevelStep(both, step, { loss: 2, correct: 0, otherCorrect: [0] });
  expect(bilevelSumsSchema.parse(JSON.parse(JSON.stringify(both)))).toEqual(both);
  expect(bilevelEpoch({ ...place, steps: 2, batch: 4 }, both)).toMatchObject({
    ...{ weightAccuracy: 0.5, otherAccuracies: [0.25], architectureAccuracy: 0 },
  });
});

/** Two tasks: whether an image is bright, and which of its corners is. */
const build: NetworkBuilder = (pass) => {
  const otherTasks = [{ name: "corner", classCount: 4 }];
  const shape = { imageSize: { height: SIDE, width: SIDE }, imageChannels: 1, classCount: 2, otherTasks };
  const draft = new NetworkDraft(shape, [], pass);
  const layer = { channels: 8, size: 3, stride: 2, padding: 1, relu: false };
  const normed = draft.layers.batchNorm("norm", draft.layers.convolution("stem", draft.images, layer), true);
  return draft.finish(draft.graph.apply("relu", [normed], {}));
};

function batchOf(name: string): Required<TrainingBatch> {
  const stream = new RandomStreams(3).stream(name);
  const labels = Array.from({ length: BATCH }, () => stream.integer(2));
  const corners = Array.from({ length: BATCH }, () => stream.integer(4));
  const images = Array.from({ length: BATCH * SIDE * SIDE }, (_, at) => {
    const [image, y, x] = [Math.floor(at / 16), Math.floor(at / 4) % 4, at % 4];
    const isCorner = 2 * Number(y > 1) + Number(x > 1) === corners[image];
    return 0.2 * stream.normal() + labels[image]! + (isCorner ? 2 : 0);
  });
  return { images, labels, otherLabels: [corners] };
}

const source: BatchSource = { batchCount: 5, batch: (epoch, index) => batchOf(`${epoch}/${index}`) };
const OPTIONS = {
  ...{ epochs: 3, batch: BATCH, learningRate: 0.1, finalLearningRate: 0, momentum: 0.9, weightDecay: 0, clipNorm: 5 },
  ...{ labelSmoothing: 0, auxiliaryWeight: 0, dropPathRate: 0, recompute: false },
};

async function trained(device: Device, from: "scratch" | TrainerState, stopAt = Number.POSITIVE_INFINITY) {
  const inputs = { device, build, batches: source, streams: new RandomStreams(1), options: OPTIONS, clock: () => 0 };
  const trainer = new Trainer(inputs, from);
  const events: RetrainEvent[] = [];
  for await (const event of trainer.run()) {
    events.push(event);
    if (events.length === stopAt) break;
  }
  return { events, state: JSON.parse(JSON.stringify(trainer.state())) as TrainerState };
}

it("trains every task, and one that is stopped within an epoch tells the same of it", async () => {
  const device = createReferenceDevice();
  const { events } = await trained(device, "scratch");
  const epochs = events.filter((event) => event.kind === "retrain-epoch");
  const weights = device.names().map((name) => [name, [...device.read(name)]]);
  expect(epochs.map(({ otherAccuracies }) => otherAccuracies!.length)).toEqual([1, 1, 1]);
  expect(epochs[2]!.otherAccuracies![0]).toBeGreaterThan(epochs[0]!.otherAccuracies![0]!);
  expect(epochs[2]!.accuracy).toBeGreaterThan(0.5);
  const stopped = createReferenceDevice();
  const first = await trained(stopped, "scratch", 9);
  const second = await trained(stopped, first.state);
  expect([...first.events, ...second.events]).toEqual(events);
  expect(stopped.names().map((name) => [name, [...stopped.read(name)]])).toEqual(weights);

  const classifier = await Classifier.compile(device, build, { batch: BATCH });
  const { images } = batchOf("0/0");
  const [logits, corners] = await classifier.allLogits(images);
  expect([logits!.length, corners!.length]).toEqual([BATCH * 2, BATCH * 4]);
  expect([...(await classifier.logits(images))]).toEqual([...logits!]);
  expect(build(inferencePass(BATCH)).otherLogits).toHaveLength(1);
  await device.close();
  await stopped.close();
});
