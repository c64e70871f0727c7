import { describe, expect, it } from "vitest";
import { findWarnings } from "../../src/data/data-report.ts";
import { type DataReport, formatDataReport } from "../../src/data/index.ts";

const PLAIN: Omit<DataReport, "warnings"> = {
  name: "pets",
  layout: "class folders",
  shape: { height: 32, width: 32, channels: 3 },
  seen: {
    smallest: { height: 20, width: 30 },
    largest: { height: 400, width: 300 },
    greyCount: 2,
    colourCount: 58,
    alphaCount: 1,
  },
  fit: { kind: "crop", isChosen: true, meanCropLoss: 0.125, worstCropLoss: 1 / 3 },
  isResized: true,
  classes: [
    { name: "cat", trainCount: 25, testCount: 5 },
    { name: "small dog", trainCount: 25, testCount: 5 },
  ],
  testSplit: { kind: "made", fraction: 0.2, seed: 3 },
  unreadable: [],
  ignoredCount: 0,
  ignoredExamples: [],
  remarks: [],
  duplicates: { withinTrain: 0, acrossSplits: 0, labelConflicts: 0, examples: [] },
};

describe("formatDataReport", () => {
  it("is short when all is well", () => {
    expect(findWarnings(PLAIN, [])).toEqual([]);
    expect(formatDataReport({ ...PLAIN, warnings: [] })).toMatchInlineSnapshot(`
      "data pets: class folders, 2 classes, 32x32 rgb
        class        train     test
        cat             25        5
        small dog       25        5
        all             50       10
      test split: taken out of the images, 20 % of each class, seed 3
      images: 30x20 to 300x400 (width x height), 2 grey, 58 in colour, 1 with an alpha channel, laid on white; scaled and cropped about the centre to 32x32
      fit: crop by these data, which throws away 12.50 % of an image on average, 33.33 % at worst
      duplicates: none"
    `);
  });

  it("lists what is wrong", () => {
    const report: Omit<DataReport, "warnings"> = {
      ...PLAIN,
      classes: [
        { name: "cat", trainCount: 250, testCount: 0 },
        { name: "dog", trainCount: 2, testCount: 1 },
      ],
      unreadable: [{ path: "cat/x.jpg", reason: "is empty" }],
      ignoredCount: 14,
      ignoredExamples: Array.from({ length: 10 }, (_, i) => `${i}.txt`),
      duplicates: {
        withinTrain: 1,
        acrossSplits: 1,
        labelConflicts: 1,
        examples: [{ first: "cat/1.jpg", second: "dog/1.jpg", isAcrossSplits: true, isConflict: true }],
      },
    };
    expect(
      formatDataReport({ ...report, warnings: findWarnings(report, ["the folder val/ is not used"]) }),
    ).toMatchInlineSnapshot(`
      "data pets: class folders, 2 classes, 32x32 rgb
        class    train     test
        cat        250        0
        dog          2        1
        all        252        1
      test split: taken out of the images, 20 % of each class, seed 3
      images: 30x20 to 300x400 (width x height), 2 grey, 58 in colour, 1 with an alpha channel, laid on white; scaled and cropped about the centre to 32x32
      fit: crop by these data, which throws away 12.50 % of an image on average, 33.33 % at worst
      duplicates: 1 within training, 1 across splits, 1 under different labels
        cat/1.jpg = dog/1.jpg (labels differ)
      ignored: 0.txt, 1.txt, 2.txt, 3.txt, 4.txt, 5.txt, 6.txt, 7.txt, 8.txt, 9.txt and 4 more
      unreadable: 1
        cat/x.jpg: is empty
      warning: 1 test image is also in training: test accuracy will be too high
      warning: 1 image repeats one of another class: a label must be wrong
      warning: 1 training image repeats another training image
      warning: 1 image that cannot be read is left out
      warning: fewer than 20 training images: dog (2)
      warning: one-sided: cat has 250, dog 2 training images; accuracy alone will mislead
      warning: no test image: cat
      warning: the folder val/ is not used"
    `);
  });

  it("cuts a long table of classes", () => {
    const classes = Array.from({ length: 100 }, (_, i) => ({ name: `c${i}`, trainCount: 30, testCount: 6 }));
    const lines = formatDataReport({ ...PLAIN, classes, warnings: [] }).split("\n");
    expect(lines.length).toBeLessThan(50);
    expect(lines).toContain("  and 60 more");
    expect(lines).toContain("  all       3000      600");
  });

  it("survives JSON", () => {
    const report: DataReport = { ...PLAIN, warnings: ["x"] };
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });
});
