import { fileURLToPath } from "node:url";
import { zipSync } from "fflate";
import { beforeAll, describe, expect, it } from "vitest";
import { handMadeZip } from "../data/hand-made-archives.ts";
import { npy } from "../data/hand-made-npy.ts";
import { sampleClasses, samplePixels, writeFiles } from "../data/sample-files.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { runCommand } from "./command-line.ts";

const SMALL = ["--channels", "4", "--cells", "3", "--retrain-epochs", "1", "--epochs", "1"];

describe("data of other formats than folders", () => {
  const cwd = temporaryFolder();

  beforeAll(async () => {
    const size = { height: 12, width: 12 };
    const images = {
      ...(await sampleClasses({ cat: 10, dog: 10 }, { ...size, prefix: "train/" })),
      ...(await sampleClasses({ cat: 4, dog: 4 }, { ...size, prefix: "val/", seed: 50 })),
      ...(await sampleClasses({ cat: 2, dog: 2 }, { ...size, prefix: "test/", seed: 80 })),
    };
    const rows = Object.keys(images).map((path) => [path, path.split("/")[1], path.split("/")[0]].join(","));
    const arrays = {
      x_train: npy("|u1", [20, 12, 12], samplePixels({ height: 240, width: 12, channels: 1 })),
      y_train: npy(
        "|u1",
        [20],
        Array.from({ length: 20 }, (_, i) => i % 2),
      ),
    };
    writeFiles(cwd, {
      "pets.zip": zipSync(images),
      ...Object.fromEntries(Object.entries(images).map(([path, bytes]) => [`pets/${path}`, bytes])),
      "pets/pets.csv": `file,label,split\n${rows.join("\n")}\n`,
      "grey.npz": handMadeZip(Object.entries(arrays).map(([name, bytes]) => ({ name: `${name}.npy`, bytes }))),
    });
  });

  it.each([
    ["pets", "class folders"],
    ["pets.zip", "class folders"],
    ["pets/pets.csv", "list of files and labels"],
  ])("are checked and searched, validation on val/: %s", async (path, layout) => {
    const check = await runCommand(cwd, ["check", path]);
    expect(check.status, check.error).toBe(0);
    expect(check.output).toMatch(new RegExp(`^data pets: ${layout}, 2 classes, 12x12 rgb\n`));
    expect(check.output).toMatch(/ {2}all +20 +8 +4\n/);
    expect(check.output).toMatch(/validation split: as given, .*a search chooses by it/);
    const search = await runCommand(cwd, ["search", path, ...SMALL, "--out", `run-${path.replaceAll("/", "-")}`]);
    expect(search.status, search.error).toBe(0);
    expect(search.output).toMatch(/takes 8 images a step, not 64: there are 20 training images and 8 for validation\n/);
    expect(search.output).toMatch(/test accuracy/);
  });

  it("are checked and searched as Parquet", async () => {
    const golden = fileURLToPath(new URL("../golden/parquet/photos", import.meta.url));
    const check = await runCommand(cwd, ["check", golden]);
    expect(check.output).toMatch(/^data photos: rows of Parquet, 2 classes, 8x8 rgb\n/);
    expect(check.output).toMatch(/ {2}all +11 +4\n/);
    const search = await runCommand(cwd, ["search", golden, ...SMALL]);
    expect(search.status, search.error).toBe(0);
    expect(search.output).toMatch(/test accuracy/);
  });

  it("have one fingerprint and one result, and can be measured again", async () => {
    const outputs = await Promise.all(
      ["run-pets", "run-pets.zip", "run-pets-pets.csv"].map((run) => runCommand(cwd, ["evaluate", run, "pets.zip"])),
    );
    for (const { status, output, error } of outputs) {
      expect(status, error).toBe(0);
      expect(output).toBe(outputs[0]!.output);
      expect(output).toContain("the test images of the data that the network was trained on: 4 images");
    }
  });

  it("are trained on as arrays", async () => {
    const train = await runCommand(cwd, ["train", "ISTA_twostage", "grey.npz", ...SMALL.slice(0, 4), "--epochs", "1"]);
    expect(train.status, train.error).toBe(0);
    expect(train.output).toContain("data grey: arrays of NumPy, 2 classes, 12x12 grey");
  });

  it("that are wrong are told with the place, and the exit status is 2", async () => {
    writeFiles(cwd, {
      "pets/bad.csv": "file,label\ntrain/cat/0.png,cat\nnowhere.png,dog\n",
      "cut.zip": Buffer.from("PK"),
    });
    const list = await runCommand(cwd, ["search", "pets/bad.csv"]);
    expect([list.status, list.error]).toEqual([2, expect.stringContaining("line 3: no such file nowhere.png")]);
    const archive = await runCommand(cwd, ["check", "cut.zip"]);
    expect([archive.status, archive.error]).toEqual([2, expect.stringContaining("damaged or cut short")]);
    const unknown = await runCommand(cwd, ["check", "pets/train/cat/0.png"]);
    expect([unknown.status, unknown.error]).toEqual([2, expect.stringContaining("a .csv or .tsv of file,label")]);
  });
});
