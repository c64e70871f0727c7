import { readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { sampleClasses, samplePng, writeFiles } from "../data/sample-files.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { runCommand } from "./command-line.ts";

const SMALL = ["--channels", "4", "--cells", "3", "--batch", "4", "--threads", "1"];

describe("the data of a run that goes on", () => {
  const cwd = temporaryFolder();
  const [data, moved, run] = [join(cwd, "pets"), join(cwd, "elsewhere"), join(cwd, "run")];

  beforeAll(async () => {
    writeFiles(data, { ...(await sampleClasses({ cat: 8, dog: 8 })), "cat/0.png": await stored(80) });
    const printed = await runCommand(cwd, [
      "train",
      "ISTA_twostage",
      "pets",
      ...SMALL,
      "--epochs",
      "1",
      "--out",
      "run",
    ]);
    expect(printed.status, printed.error).toBe(0);
  });

  const stored = async (seed: number) =>
    sharp(await samplePng({ seed }))
      .png({ compressionLevel: 0 })
      .toBuffer();
  const resume = (epochs: number, ...args: readonly string[]) =>
    runCommand(cwd, ["resume", "run", "--with", `epochs=${epochs}`, ...args]);
  const locations = () => {
    const { sessions } = JSON.parse(readFileSync(join(run, "environment.json"), "utf8")) as {
      readonly sessions: readonly { readonly data: string }[];
    };
    return sessions.map((session) => session.data);
  };

  it("are refused if an image was replaced by one of the same size and time, and the image is named", async () => {
    const path = join(data, "cat/0.png");
    const [before, { size, mtime }] = [readFileSync(path), statSync(path)];
    writeFileSync(path, await stored(81));
    utimesSync(path, mtime, mtime);
    expect(statSync(path)).toMatchObject({ size, mtime });
    renameSync(join(data, "dog/7.png"), join(data, "dog/8.png"));
    const printed = await resume(2);
    expect(printed.status, printed.output).toBe(2);
    expect(printed.error).toContain(
      "got other files than the run began with: 1 changed: cat/0.png; 1 missing: dog/7.png; 1 new: dog/8.png",
    );
    expect(printed.error).toMatch(/hint: bring those files back/);
    writeFileSync(path, before);
    renameSync(join(data, "dog/8.png"), join(data, "dog/7.png"));
  });

  it("may be moved: resume says how to tell, finds them there, and remembers the place", async () => {
    renameSync(data, moved);
    const lost = await resume(2);
    expect(lost.status, lost.output).toBe(2);
    expect(lost.error).toContain(`ista-nas resume ${run} --data FOLDER`);
    const config = readFileSync(join(run, "config.json"), "utf8");
    const found = await resume(2, "--data", "elsewhere");
    expect(found.status, found.error).toBe(0);
    expect(JSON.parse(readFileSync(join(run, "config.json"), "utf8"))).toMatchObject({
      data: (JSON.parse(config) as { readonly data: unknown }).data,
    });
    const again = await resume(3);
    expect(again.status, again.error).toBe(0);
    expect(locations()).toEqual([data, moved, moved]);
  });

  it("are not taken from a folder that holds others", async () => {
    writeFiles(join(cwd, "others"), await sampleClasses({ cat: 8, dog: 8 }, { seed: 100 }));
    const printed = await resume(4, "--data", "others");
    expect(printed.status, printed.output).toBe(2);
    expect(printed.error).toMatch(/got other files than the run began with: 16 changed: cat\/0\.png, .* and 11 more/);
  });

  it("of a run that kept no hashes are compared as a whole", async () => {
    rmSync(join(run, "data-files.json"));
    const printed = await resume(4, "--data", "others");
    expect(printed.status, printed.output).toBe(2);
    expect(printed.error).toMatch(/got images with another SHA-256, 12 for training and 4 for testing/);
    expect((await resume(4)).status).toBe(0);
  });
});
