/** @file Several sets of labels for the same images. */
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ImageSplit,
  loadDataSet,
  NO_AUGMENTATION,
  SAMPLINGS,
  SequentialBatches,
  splitTrain,
  TrainingBatches,
} from "../../src/data/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { samplePng, writeFiles } from "./sample-files.ts";

const COUNT = 24;
const TEXTURES = ["rough", "smooth"];
const SHAPES = ["round", "square", "thin"];
const textureOf = (image: number) => TEXTURES[image % 2]!;
const shapeOf = (image: number) => SHAPES[Math.floor(image / 2) % 3]!;
const images = Object.fromEntries(
  await Promise.all(
    Array.from({ length: COUNT }, async (_, seed) => [`${seed}.png`, await samplePng({ seed })] as const),
  ),
);
const row = (image: number, ...more: readonly string[]) =>
  [`${image}.png`, textureOf(image), shapeOf(image), ...more].join();
const HEADER = "file,Surface texture,shape";
const rows = (header: string, ...all: readonly string[]) => `${[header, ...all].join("\n")}\n`;
const usual = rows(HEADER, ...Array.from({ length: COUNT }, (_, image) => row(image)));
const listed = (list: string) => join(writeFiles(temporaryFolder(), { ...images, "labels.csv": list }), "labels.csv");
const TASKS = ["surface-texture", "shape"];
const load = (path: string, tasks: readonly string[] = TASKS) => loadDataSet(path, { seed: 1, tasks });

/** What each image of a split is called in both tasks, by its first pixels, which no other image has. */
const namesOf = (split: ImageSplit, textures: readonly string[], shapes: readonly string[]) => {
  const length = split.pixels.length / split.count;
  return Array.from({ length: split.count }, (_, image) => {
    const key = split.pixels.subarray(image * length, image * length + 12).join();
    return [key, [textures[split.labels[image]!], shapes[split.otherLabels![0]![image]!]]] as const;
  });
};

describe("a list with a column for each task", () => {
  it("has the classes of the first, and those of the other beside them", async () => {
    const data = await load(listed(usual));
    expect(data).toMatchObject({
      classNames: TEXTURES,
      taskName: "surface-texture",
      otherTasks: [{ name: "shape", classNames: SHAPES }],
    });
    expect(data.report.otherTasks![0]!.classes.map(({ trainCount, testCount }) => trainCount + testCount)).toEqual([
      8, 8, 8,
    ]);
    const alone = await load(listed(usual), ["shape"]);
    expect(alone).toMatchObject({ classNames: SHAPES, taskName: "shape" });
    expect(alone.otherTasks).toBeUndefined();
    expect(alone.train.otherLabels).toBeUndefined();
  });

  it("keeps the labels of an image together, in whatever order and split it is named", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...Array(COUNT).keys()], { minLength: COUNT }),
        fc.array(fc.constantFrom("train", "test", "validation"), { minLength: COUNT, maxLength: COUNT }),
        async (order, splits) => {
          // Every class of both is among the first six.
          const splitOf = (image: number) => (image < 6 ? "train" : splits[image]!);
          const list = rows(`${HEADER},split`, ...order.map((image) => row(image, splitOf(image))));
          const data = await load(listed(list));
          const parts = [data.train, data.test, data.validation].filter((part) => part !== null);
          const got = parts.flatMap((part) => namesOf(part, data.classNames, data.otherTasks![0]!.classNames));
          const known = new Map(expectedNames);
          expect(got.length).toBe(COUNT);
          for (const [key, names] of got) expect(names).toEqual(known.get(key));
        },
      ),
      { numRuns: 5 },
    );
  });

  it("is another data set than without the second task, and the same one every time", async () => {
    const path = listed(usual);
    const [both, again, one] = [await load(path), await load(path), await load(path, TASKS.slice(0, 1))];
    expect(both.source.fingerprint).toBe(again.source.fingerprint);
    expect(both.source.fingerprint).not.toBe(one.source.fingerprint);
    const plain = await loadDataSet(listed(usual.replaceAll(/,[a-z]+$/gm, "")), { seed: 1 });
    expect(one.source.fingerprint).toBe(plain.source.fingerprint);
  });

  it.each([
    [
      "a missing column",
      usual,
      ["shape", "colour"],
      "E_DATA_TASKS",
      "line 1: no column colour, got Surface texture, shape",
    ],
    ["the column of files", usual, ["shape", "file"], "E_DATA_TASKS", "no column file"],
    [
      "no header",
      rows(row(0), row(1)),
      TASKS,
      "E_DATA_TASKS",
      "line 1: got no header but 0.png, rough, round, expected one",
    ],
    ["a row without", usual.replace("1.png,smooth,round", "1.png,smooth,"), TASKS, "E_LIST", "line 3: no shape"],
    [
      "one class",
      usual.replaceAll(/,(round|square|thin)$/gm, ",flat"),
      TASKS,
      "E_DATA_ONE_CLASS",
      "shape: got one class, flat",
    ],
    [
      "a class that training lacks",
      rows(`${HEADER},split`, ...[0, 1, 2, 3].map((image) => row(image, "train")), row(4, "test")),
      TASKS,
      "E_DATA_CLASSES_DIFFER",
      "shape: classes of training and test differ: no training row of thin (line 6)",
    ],
    ["no text", usual.replaceAll("thin", "th\u0007in"), TASKS, "E_DATA_CLASS_NAME", "shape: class name got"],
  ])("is refused with %s", async (_, list, tasks, code, message) => {
    await expect(load(listed(list), tasks)).rejects.toMatchObject({
      ...{ code, kind: "usage" },
      message: expect.stringContaining(message),
    });
  });

  it("is refused where labels have no columns", async () => {
    const folder = writeFiles(temporaryFolder(), { "a/0.png": images["0.png"]!, "b/1.png": images["1.png"]! });
    await expect(load(folder)).rejects.toMatchObject({ code: "E_DATA_TASKS", kind: "usage" });
  });

  it("warns of a class that only testing has by chance", async () => {
    const list = rows(
      HEADER,
      ...Array.from({ length: COUNT }, (_, image) =>
        image < 2 ? row(image) : row(image).replace(/,[a-z]+$/, ",square"),
      ),
    );
    const { report } = await loadDataSet(listed(list), { seed: 1, tasks: TASKS, testFraction: 0.9 });
    expect(report.warnings).toContain("shape: no training image of round");
  });
});

const whole = await loadDataSet(
  listed(rows("file,label", ...Array.from({ length: COUNT }, (_, image) => `${image}.png,${image}`))),
  {
    ...{ seed: 1, testFraction: 0 },
  },
);
const expectedNames = namesOf(
  { ...whole.train, otherLabels: [whole.train.labels] },
  whole.classNames.map((name) => textureOf(Number(name))),
  whole.classNames.map((name) => shapeOf(Number(name))),
);

it("the embedded images also have a kind, by a table of their classes", async () => {
  const { train, test, classNames, otherTasks } = await load("demo", ["class", "kind"]);
  expect(otherTasks).toEqual([{ name: "kind", classNames: ["tops", "trousers", "dresses", "shoes", "bags"] }]);
  const pairs = new Set<string>();
  for (const { labels, otherLabels } of [train, test!]) {
    for (const [image, label] of labels.entries()) {
      pairs.add(`${classNames[label]}: ${otherTasks![0]!.classNames[otherLabels![0]![image]!]}`);
    }
  }
  expect([...pairs].sort()).toEqual([
    ...["Ankle boot: shoes", "Bag: bags", "Coat: tops", "Dress: dresses", "Pullover: tops"],
    ...["Sandal: shoes", "Shirt: tops", "Sneaker: shoes", "T-shirt/top: tops", "Trouser: trousers"],
  ]);
  const kinds = await load("demo", ["kind"]);
  expect(kinds.classNames).toEqual(otherTasks![0]!.classNames);
  expect([...kinds.train.labels]).toEqual([...train.otherLabels![0]!]);
  await expect(load("demo", ["class", "colour"])).rejects.toMatchObject({ code: "E_DATA_TASKS" });
});

describe("batches", () => {
  /** Image `i` is one pixel of that value. */
  const split: ImageSplit = {
    shape: { height: 1, width: 1, channels: 1 },
    pixels: Uint8Array.from({ length: 60 }, (_, image) => image),
    labels: Uint16Array.from({ length: 60 }, (_, image) => image % 3),
    otherLabels: [
      Uint16Array.from({ length: 60 }, (_, image) => image % 7),
      Uint16Array.from({ length: 60 }, (_, image) => (image * image) % 5),
    ],
    count: 60,
  };
  const statistics = { mean: [0], standardDeviation: [1] };
  const expectTogether = (
    values: Float32Array,
    labels: Float32Array,
    others: readonly Float32Array[],
    count: number,
  ) => {
    for (let place = 0; place < count; place++) {
      const image = Math.round(values[place]! * 255);
      expect([labels[place], others[0]![place], others[1]![place]]).toEqual([
        image % 3,
        image % 7,
        (image * image) % 5,
      ]);
    }
  };

  it("carry the labels of an image together, of a half, shuffled or balanced, or in order", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom(...SAMPLINGS),
        fc.nat(9),
        (batchSize, sampling, seed) => {
          const streams = new RandomStreams(seed);
          const { first, second } = splitTrain(split, { fraction: 0.5, stream: streams.stream("halves") });
          const batches = new TrainingBatches({
            ...{ split, indices: first, statistics, batchSize, sampling, streams, name: "weights" },
            augmentation: NO_AUGMENTATION,
          });
          for (let index = 0; index < batches.batchCount; index++) {
            const { images: values, labels, otherLabels, count } = batches.batch(seed, index);
            expectTogether(values, labels, otherLabels!, count);
          }
          for (const batch of new SequentialBatches({ split, indices: second, statistics, batchSize })) {
            expectTogether(batch.images, batch.labels, batch.otherLabels!, batch.count);
            for (const others of batch.otherLabels!)
              expect([...others.subarray(batch.count)].every((label) => label === 0)).toBe(true);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it("of one task have no other labels", () => {
    const { otherLabels: _, ...one } = split;
    expect(
      [...new SequentialBatches({ split: one, statistics, batchSize: 9 })].every((batch) => !("otherLabels" in batch)),
    ).toBe(true);
  });
});
