import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { distinctSupports } from "../../src/choice/index.ts";
import { SequentialBatches } from "../../src/data/index.ts";
import { createReferenceDevice } from "../../src/device/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import {
  executeSearch,
  type OpenedData,
  openData,
  prepareSearch,
  resume,
  SuperNet,
  softmax,
  testHalves,
} from "../../src/run/index.ts";
import { scoreImages } from "../../src/run/score-images.ts";
import { searchBatches, searchParts } from "../../src/run/search-batches.ts";
import { nb201Space } from "../../src/spaces/nas-bench-201/index.ts";
import { CheckpointStore, loadRunConfig, RunFolder } from "../../src/store/index.ts";
import { STRATEGIES } from "../../src/strategies/index.ts";
import { Classifier } from "../../src/train/index.ts";
import { captureHost } from "../captured-host.ts";
import { sampleClasses, writeFiles } from "../data/sample-files.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const { host } = captureHost();
const space = nb201Space();
const [first, second] = distinctSupports(space.groups, 2, new RandomStreams(1).stream("test"));
const options = { channels: 4, cells: 1, batch: 8, epochs: 1, retrainEpochs: 1, retrainCells: 1 };

let folder: string;
let data: OpenedData;

async function search(strategy: string, own: object = {}): Promise<string> {
  const out = join(folder, strategy);
  const asked = { ...options, ...own };
  const spec = { space: "nas-bench-201", strategy, out, data: data.location, options: asked };
  await executeSearch((await prepareSearch(spec, host, data)).start());
  return out;
}

beforeAll(async () => {
  folder = temporaryFolder();
  writeFiles(join(folder, "photos"), await sampleClasses({ cat: 40, dog: 40, owl: 40 }));
  data = await openData(join(folder, "photos"), {}, host);
}, 60_000);

describe("SuperNet", () => {
  let run: string;
  beforeAll(async () => {
    run = await search("measured");
  }, 60_000);

  it("scores by the weights of the search, on the half that trained none", async () => {
    const superNet = await SuperNet.open({ run, data, mostImages: 1000 }, host);
    const { running } = await superNet.score(first!);
    await superNet.close();
    expect(superNet.settings).toEqual({ part: "validation", images: 48, batch: 8, recalibrationBatches: 10 });

    const opened = RunFolder.open(run);
    const config = loadRunConfig(opened);
    const { checkpoint } = (await new CheckpointStore(opened, 1, config.identity).newest())!;
    const device = createReferenceDevice();
    for (const [name, values] of checkpoint.values) device.write(name, values);
    const build = space.superNetwork(config.strategy!.network as never, first!);
    const classifier = await Classifier.compile(device, build, { batch: 48 });
    const indices = searchParts(config, data).architecture.indices;
    const all = { split: data.train, indices, statistics: config.normalisation, batchSize: 48 };
    const { images, labels } = new SequentialBatches(all).batch(0);
    const logits = await classifier.logits(images);
    const probabilities = softmax(logits, 3);
    const losses = Array.from(labels, (label, image) => -Math.log(probabilities[3 * image + label]!));
    expect(running.logLoss).toBeCloseTo(losses.reduce((sum, loss) => sum + loss, 0) / 48, 4);
    expect(running.accuracy).toBeCloseTo(await classifier.accuracy(new SequentialBatches(all)), 10);
  });

  it("gives an architecture the same scores whatever was scored before, and different ones by different statistics", async () => {
    const superNet = await SuperNet.open({ run, data, mostImages: 40 }, host);
    const before = await superNet.score(first!);
    const other = await superNet.score(second!);
    expect(await superNet.score(first!)).toEqual(before);
    await superNet.close();
    expect(other).not.toEqual(before);
    const losses = [before.running, before.recalibrated, before.batch].map(({ logLoss }) => logLoss);
    expect(new Set(losses).size).toBe(3);
  });

  it("takes whole batches of what is asked for, and smaller ones of less", async () => {
    const of = async (mostImages: number) => {
      const superNet = await SuperNet.open({ run, data, mostImages }, host);
      await superNet.close();
      return superNet.settings;
    };
    expect(await of(47)).toMatchObject({ images: 40, batch: 8 });
    expect(await of(5)).toMatchObject({ images: 5, batch: 5 });
  });

  it("is refused once the training has begun", async () => {
    await resume({ run }, host);
    await expect(SuperNet.open({ run, data, mostImages: 5 }, host)).rejects.toMatchObject({ code: "E_SUPER_NET" });
  });
});

it("images that score have trained no weight of any strategy, nor do they test what is compared with them", async () => {
  for (const strategy of STRATEGIES.filter(
    ({ images, sharesWeights, needs }) => images !== "none" && sharesWeights !== false && needs === undefined,
  )) {
    const epochs = strategy.images === "all" ? { epochs: undefined, maxSearchEpochs: 1 } : {};
    const retrain = strategy.afterwards === "continue" ? { retrainCells: undefined } : {};
    const asked = { ...options, ...epochs, ...retrain };
    const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
    const spec = { space: "nas-bench-201", strategy: strategy.kind, data: data.location, options: given };
    const { config } = await prepareSearch(spec, host, data);
    const { part, indices } = scoreImages(config, strategy, data, 1000);
    expect(part).toBe(strategy.images === "all" ? "test" : "validation");
    if (part === "test") {
      const { first, second } = testHalves(config.seed, data.test);
      expect([...indices].sort((a, b) => a - b)).toEqual([...first]);
      expect([...first].filter((image) => second.includes(image))).toEqual([]);
      continue;
    }
    const [training] = searchBatches(config, strategy, data);
    const first = searchParts(config, data).weights.indices;
    expect([...indices].filter((image) => first.includes(image))).toEqual([]);
    expect(training!.batchCount * training!.batchSize).toBeLessThanOrEqual(first.length);
  }
});
