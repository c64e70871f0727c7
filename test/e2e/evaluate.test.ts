import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { writeClassPhotos } from "./class-photos.ts";
import { runCommand } from "./command-line.ts";

interface ClassRow {
  readonly name: string;
  readonly correct: number;
  readonly images: number;
  readonly predicted: number;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
}

interface Evaluation {
  readonly part: string;
  readonly testAccuracy: number;
  readonly images: number;
  readonly correct: number;
  readonly interval: readonly [number, number];
  readonly topFiveAccuracy: number | null;
  readonly macroF1: number;
  readonly calibrationError: number;
  readonly calibrationBins: readonly { readonly images: number }[];
  readonly classes: readonly ClassRow[];
  readonly confusion: readonly (readonly number[])[];
  readonly missing: readonly string[];
}

describe("evaluate", () => {
  const cwd = temporaryFolder();
  let trained: { readonly testAccuracy: number };

  async function evaluate(...args: readonly string[]): Promise<Evaluation> {
    const printed = await runCommand(cwd, ["evaluate", ...args, "--threads", "1", "--json"]);
    expect(printed.status, printed.error).toBe(0);
    return JSON.parse(printed.output) as Evaluation;
  }

  const hitsOf = ({ classes }: Evaluation) => classes.map(({ name, correct, images }) => ({ name, correct, images }));

  beforeAll(async () => {
    for (const [kind, name] of ["ant", "bee", "été"].entries())
      await writeClassPhotos(join(cwd, "own"), name, kind, 10);
    const small = ["--channels", "4", "--cells", "2", "--epochs", "2", "--batch", "8", "--threads", "1"];
    const printed = await runCommand(cwd, ["train", "ISTA_twostage", "own", ...small, "--out", "run", "--json"]);
    expect(printed.status, printed.error).toBe(0);
    trained = JSON.parse(printed.output) as { testAccuracy: number };
    cpSync(join(cwd, "run", "model.onnx"), join(cwd, "model.onnx"));
  });

  it("measures the test images of the data that the network was trained on, and says so", async () => {
    for (const model of ["run", "model.onnx"]) {
      const { testAccuracy } = trained;
      expect(await evaluate(model, "own")).toMatchObject({ part: "own-test", images: 6, testAccuracy, missing: [] });
    }
    const printed = await runCommand(cwd, ["evaluate", "run", "own"]);
    expect(printed.output).toContain(
      "measured on the test images of the data that the network was trained on: 6 images\n",
    );
  });

  it("measures all images of a new folder, with some of the classes, matched by name", async () => {
    const all = await evaluate("run", "own", "--split", "all");
    expect(all).toMatchObject({ part: "all", images: 30 });
    cpSync(join(cwd, "own", "bee"), join(cwd, "bees", "bee"), { recursive: true });
    // As a Mac writes it: accents of their own, which is another folder name.
    cpSync(join(cwd, "own", "été"), join(cwd, "some", "été".normalize("NFD")), { recursive: true });
    cpSync(join(cwd, "own", "bee"), join(cwd, "some", "bee"), { recursive: true });
    for (const model of ["run", "model.onnx"]) {
      const bees = await evaluate(model, "bees");
      expect(bees).toMatchObject({ part: "all", images: 10, missing: ["ant", "été"] });
      expect(hitsOf(bees)[1]).toEqual(hitsOf(all)[1]);
      expect(bees.confusion).toEqual([[0, 0, 0], all.confusion[1], [0, 0, 0]]);
      const some = await evaluate(model, "some");
      expect(some).toMatchObject({ part: "all", images: 20, missing: ["ant"] });
      expect(hitsOf(some).slice(1)).toEqual(hitsOf(all).slice(1));
    }
    const printed = await runCommand(cwd, ["evaluate", "run", "bees"]);
    expect(printed.output).toMatch(/measured on all images: 10 images\n/);
    expect(printed.output).toMatch(/\n {2}ant +- +no images +\d+ +.*\n {2}bee +[\d.]+ % +\d+ of 10 +\d+ +.*\n/);
    expect(printed.output).toContain("no images of ant, été: the accuracy says nothing about them\n");
    expect(printed.output).not.toContain("training images");
  });

  it("names a class that the network does not know", async () => {
    await writeClassPhotos(join(cwd, "strange"), "bee", 1, 3);
    await writeClassPhotos(join(cwd, "strange"), "wasp", 2, 4);
    const printed = await runCommand(cwd, ["evaluate", "run", "strange"]);
    expect(printed.status).toBe(2);
    expect(printed.error).toContain(
      "got a class that the network does not know: wasp (4 images), expected some of its 3",
    );
  });

  it("takes test/ of a folder that has it, unless told otherwise", async () => {
    for (const [kind, name] of ["ant", "bee"].entries()) {
      await writeClassPhotos(join(cwd, "split", "train"), name, kind, 5, 100);
      await writeClassPhotos(join(cwd, "split", "test"), name, kind, 2, 200);
    }
    expect(await evaluate("run", "split")).toMatchObject({ part: "test", images: 4, missing: ["été"] });
    expect(await evaluate("run", "split", "--split", "train")).toMatchObject({ part: "train", images: 10 });
    expect(await evaluate("run", "split", "--split", "all")).toMatchObject({ part: "all", images: 14 });
    expect(await evaluate("run", "own", "--split", "train")).toMatchObject({ part: "train", images: 24 });
    mkdirSync(join(cwd, "empty"));
    expect(await runCommand(cwd, ["evaluate", "run", "empty"])).toMatchObject({ status: 2 });
  });

  it("tells all that says how good it is, the same of the run, its ONNX file and the answers that it keeps", async () => {
    const own = await evaluate("run", "own");
    const { images, correct, classes, confusion, interval } = own;
    expect(own).toMatchObject({ topFiveAccuracy: null, data: "own" });
    expect(interval[0]).toBeLessThan(correct / images);
    expect(interval[1]).toBeGreaterThanOrEqual(correct / images);
    for (const [index, row] of classes.entries()) {
      const [right, taken] = [confusion[index]![index]!, confusion.reduce((sum, other) => sum + other[index]!, 0)];
      expect(row).toMatchObject({ correct: right, predicted: taken, images: 2, recall: right / 2 });
      expect(row.precision).toBe(taken === 0 ? null : right / taken);
      expect(row.f1).toBeCloseTo((2 * right) / (2 + taken), 12);
    }
    expect(own.macroF1).toBeCloseTo(classes.reduce((sum, { f1 }) => sum + f1!, 0) / 3, 12);
    expect(own.calibrationBins).toHaveLength(15);
    expect(own.calibrationBins.reduce((sum, bin) => sum + bin.images, 0)).toBe(6);
    const onnx = await evaluate("model.onnx", "own");
    expect(onnx.calibrationError).toBeCloseTo(own.calibrationError, 4);
    expect({ ...onnx, calibrationError: 0, calibrationBins: 0 }).toEqual({
      ...{ ...own, model: "model.onnx", calibrationError: 0, calibrationBins: 0 },
    });
    expect(await evaluate("run")).toEqual({ ...own, data: null });
    const summary = JSON.parse(readFileSync(join(cwd, "run", "summary.json"), "utf8")) as object;
    expect(summary).toMatchObject({
      macroF1: own.macroF1,
      calibrationError: own.calibrationError,
      testInterval: interval,
    });
    expect(summary).toMatchObject({ classAccuracy: classes, topFiveAccuracy: null });
    const card = readFileSync(join(cwd, "run", "README.md"), "utf8");
    expect(card).toContain(`| \`ant\` | ${confusion[0]!.join(" | ")} |`);
    expect(card).toContain(`| macro F1 | ${(100 * own.macroF1).toFixed(2)} % |`);
    expect(card).toContain(`95 % interval ${(100 * interval[0]).toFixed(2)} to ${(100 * interval[1]).toFixed(2)} %`);
  });

  it("prints the same for people", async () => {
    const own = await evaluate("run");
    const { output } = await runCommand(cwd, ["evaluate", "run"]);
    expect(output).toMatch(
      /^measured by what the run answered to its 6 test images when it ended: nothing is computed/m,
    );
    expect(output).toMatch(/^ {2}class +recall +images +taken for it +precision +F1\n {2}ant +[\d.]+ % +\d of 2/m);
    expect(output).toMatch(/^ {2}is, down; taken for, across +ant +bee +été\n {2}ant +\d +\d +\d$/m);
    expect(output).toMatch(/^test accuracy [\d.]+ % \(\d of 6 images; 95 % interval [\d.]+ to [\d.]+ %\)$/m);
    expect(output).toContain(`macro F1 ${(100 * own.macroF1).toFixed(2)} %`);
    expect(output).toContain(`calibration error ${(100 * own.calibrationError).toFixed(2)} %, expected, over 15 bins`);
    expect(output).toContain("Wilson's score interval");
    expect(output).not.toContain("top-5");
  });

  it("writes the confusion matrix as a table and as a picture, and nothing under another name", async () => {
    const { confusion } = await evaluate("run", "own", "--confusion", "mistakes.csv");
    expect(readFileSync(join(cwd, "mistakes.csv"), "utf8")).toBe(
      `class,ant,bee,été\n${["ant", "bee", "été"].map((name, label) => `${name},${confusion[label]!.join(",")}\n`).join("")}`,
    );
    const printed = await runCommand(cwd, ["evaluate", "run", "--confusion", "mistakes.PNG"]);
    expect(printed.output).toContain("confusion matrix in mistakes.PNG\n");
    const picture = await sharp(join(cwd, "mistakes.PNG")).metadata();
    expect(picture.format).toBe("png");
    expect(picture.width).toBeGreaterThan(200);
    const refused = await runCommand(cwd, ["evaluate", "run", "own", "--confusion", "mistakes.txt"]);
    expect(refused).toMatchObject({ status: 2, output: "" });
    expect(refused.error).toContain("--confusion: got mistakes.txt, expected a name that ends in .csv, .png or .svg");
    const lost = await runCommand(cwd, ["evaluate", "run", "--confusion", "nowhere/mistakes.csv"]);
    expect(lost).toMatchObject({ status: 1 });
    expect(lost.error).toContain("evaluate: cannot write nowhere/mistakes.csv");
  });

  it("without data says what keeps no answers, and refuses what chooses images of data", async () => {
    for (const [args, message] of [
      [["model.onnx"], "model model.onnx without data: got a file, expected a finished run"],
      [["run", "--split", "all"], "--split: got it without data, expected it with data"],
      [["run", "--seed", "2"], "--seed: got it without data"],
      [["nope"], "nope"],
    ] as const) {
      const printed = await runCommand(cwd, ["evaluate", ...args]);
      expect(printed.status, printed.error).toBe(2);
      expect(printed.error).toContain(message);
    }
    cpSync(join(cwd, "run"), join(cwd, "old"), { recursive: true });
    const file = join(cwd, "old", "test-predictions.json");
    const { labelPlaces, ...answers } = JSON.parse(readFileSync(file, "utf8")) as { readonly labelPlaces: number[] };
    expect(labelPlaces).toHaveLength(6);
    writeFileSync(file, JSON.stringify(answers));
    const { macroF1 } = await evaluate("run");
    expect(await evaluate("old")).toMatchObject({ macroF1, part: "own-test" });
    writeFileSync(file, JSON.stringify({ ...answers, predictions: [0, 1, 2, 3, 0, 1] }));
    const damaged = await runCommand(cwd, ["evaluate", "old"]);
    expect(damaged.error).toContain("test-predictions.json: confusion: image 3: got");
    rmSync(file);
    expect((await runCommand(cwd, ["evaluate", "old"])).error).toContain("a run without test-predictions.json");
    rmSync(join(cwd, "old", "summary.json"));
    expect((await runCommand(cwd, ["evaluate", "old"])).error).toContain("got a run that is not finished");
  });
});

describe("evaluate with many classes", () => {
  const cwd = temporaryFolder();

  it("prints the ten worst, says how many more there are, and all if it is asked to", async () => {
    for (let kind = 0; kind < 24; kind++) await writeClassPhotos(join(cwd, "own"), `kind${kind}`, kind, 5, 100 * kind);
    const small = ["--channels", "4", "--cells", "2", "--epochs", "1", "--batch", "16", "--threads", "1"];
    const trained = await runCommand(cwd, ["train", "ISTA_twostage", "own", ...small, "--out", "run"]);
    expect(trained.status, trained.error).toBe(0);
    const rows = (text: string) => text.match(/^ {2}kind\d+ .*%.*$/gm)!.length;
    const few = await runCommand(cwd, ["evaluate", "run"]);
    expect(rows(few.output)).toBe(10);
    expect(few.output).toContain("  the 10 with the lowest recall; 14 more with --all-classes\n");
    expect(few.output).toContain("the commonest mistakes:\n");
    expect(few.output).toMatch(/^top-5 accuracy [\d.]+ %$/m);
    const all = await runCommand(cwd, ["evaluate", "run", "--all-classes", "--json"]);
    expect(rows(all.error)).toBe(24);
    const kept = JSON.parse(all.output) as Evaluation;
    const computed = await runCommand(cwd, ["evaluate", "run", "own", "--json"]);
    expect(kept.topFiveAccuracy).toBeGreaterThanOrEqual(kept.testAccuracy);
    expect(JSON.parse(computed.output)).toEqual({ ...kept, data: "own" });
  });
});
