import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { sampleClasses, samplePng, writeFiles } from "../data/sample-files.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { runCommand } from "./command-line.ts";

const SMALL = ["--channels", "4", "--cells", "3", "--retrain-epochs", "1"];
const ONE_STAGE = [...SMALL, "--strategy", "one-stage", "--max-search-epochs", "1"];

describe("data of a few images", () => {
  const cwd = temporaryFolder();

  beforeAll(async () => {
    writeFiles(join(cwd, "ten"), await sampleClasses({ cat: 5, dog: 5 }, { height: 12, width: 12 }));
    writeFiles(join(cwd, "forty"), await sampleClasses({ cat: 20, dog: 20 }, { height: 12, width: 12 }));
    writeFiles(join(cwd, "lone"), await sampleClasses({ cat: 1, dog: 1 }));
    const same = await samplePng({ seed: 3 });
    writeFiles(join(cwd, "same"), Object.fromEntries([0, 1, 2, 3].map((i) => [`${i < 2 ? "a" : "b"}/${i}.png`, same])));
  });

  it.each([
    ["ten", [...SMALL, "--epochs", "1"], /not 64: each half of the training images has 4\n[\s\S]*test accuracy/],
    [
      "forty",
      [...SMALL, "--epochs", "1"],
      /the search takes 16 images a step, not 64[\s\S]*takes 32 images[\s\S]*test accuracy/,
    ],
    ["ten", ONE_STAGE, /takes 8 images a step, not 64: the data have 8 training images\n[\s\S]*test accuracy/],
    ["ten", ["--channels", "4", "--cells", "3", "--time", "12s"], /plan: \d+ epochs? of search[\s\S]*test accuracy/],
  ])("are searched to the end without a batch being chosen: %s %j", async (data, flags, output) => {
    const printed = await runCommand(cwd, ["search", data, ...flags]);
    expect(printed.status, printed.error).toBe(0);
    expect(printed.output).toMatch(output);
  });

  it("with a batch that they cannot fill are refused, and `check` says before what fits", async () => {
    const printed = await runCommand(cwd, ["search", "forty", "--batch", "64"]);
    expect(printed.status).toBe(2);
    expect(printed.error).toMatch(
      /--batch: got 64, expected at most 16[\s\S]*hint: --batch 16 is the largest that fits/,
    );
    const check = await runCommand(cwd, ["check", "forty"]);
    expect(check.output).toContain("without --batch a search takes 16, a training 32");
  });

  it.each([
    ["one image a class", "lone", ["search", "lone"]],
    ["images that are all equal", "same", ["search", "same", "--strategy", "one-stage"]],
    ["images that are all equal, given a genotype", "same", ["train", "ISTA_twostage", "same"]],
  ])("that leave no test image are refused before a run begins: %s", async (_, data, args) => {
    const printed = await runCommand(cwd, [...args, "--batch", "1", "--out", "refused"]);
    expect(printed.status, printed.output).toBe(2);
    expect(printed.error).toMatch(/got no test image, expected at least one[\s\S]*hint: add images/);
    expect(existsSync(join(cwd, "refused"))).toBe(false);
    const check = await runCommand(cwd, ["check", data]);
    expect(check.output).toContain("warning: no test image at all: search and train refuse these data");
  });
});
