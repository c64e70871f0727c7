import { expect, it } from "vitest";
import { createReferenceDevice } from "../../src/device/index.ts";
import { inferencePass, type Network, NetworkDraft, type NetworkPass } from "../../src/network/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import { initialiseWeights, LossPass, type TrainingBatch, WeightStep } from "../../src/train/index.ts";

const BATCH = 8;
const OPTIONS = {
  ...{ batch: BATCH, momentum: 0.9, weightDecay: 0, clipNorm: 0, labelSmoothing: 0, auxiliaryWeight: 0 },
  ...{ mixture: false, dropPath: false, returnsMixtureGradient: false },
};

/** One convolution, and a classifier for each task. */
const network =
  (classCount: number, others: readonly number[]) =>
  (pass: NetworkPass): Network => {
    const otherTasks = others.map((count, task) => ({ name: `task${task}`, classCount: count }));
    const shape = { imageSize: { height: 8, width: 8 }, imageChannels: 3, classCount };
    const draft = new NetworkDraft(others.length === 0 ? shape : { ...shape, otherTasks }, [], pass);
    const layer = { channels: 8, size: 3, stride: 2, padding: 1, relu: false };
    return draft.finish(draft.layers.convolution("stem", draft.images, layer));
  };

function randomBatch(): Required<TrainingBatch> {
  const draws = new RandomStreams(4).stream("images");
  const labels = (count: number) => Float64Array.from({ length: BATCH }, () => draws.integer(count));
  const images = Float64Array.from({ length: BATCH * 8 * 8 * 3 }, () => draws.normal());
  return { images, labels: labels(5), otherLabels: [labels(3), labels(4)] };
}

it("adds up the losses of all tasks, and learns each of them", async () => {
  const device = createReferenceDevice();
  const batch = randomBatch();
  const [first, second] = batch.otherLabels as [Float64Array, Float64Array];
  const step = await WeightStep.compile(device, network(5, [3, 4]), OPTIONS);
  initialiseWeights(device, step.network, new RandomStreams(1));
  const alone = async (task: string, classCount: number, labels: Float64Array) => {
    const other = createReferenceDevice();
    const build = network(classCount, []);
    for (const { name } of build(inferencePass(BATCH)).parameters) {
      other.write(name, device.read(name.replace("classifier", task)));
    }
    const pass = await LossPass.compile(other, build, BATCH);
    const { loss: value } = await pass.run({ images: batch.images, labels });
    await other.close();
    return value;
  };
  const losses = async () => [
    await alone("classifier", 5, batch.labels as Float64Array),
    await alone("classifier.task0", 3, first),
    await alone("classifier.task1", 4, second),
  ];
  const before = await losses();
  const { loss } = await step.run(batch, { learningRate: 0.2, mixture: null });
  expect(loss).toBeCloseTo(
    before.reduce((sum, value) => sum + value, 0),
    12,
  );
  for (let count = 0; count < 30; count++) await step.run(batch, { learningRate: 0.2, mixture: null });
  const after = await losses();
  for (const [task, value] of after.entries()) expect(value).toBeLessThan(before[task]! / 2);
  await device.close();
});
