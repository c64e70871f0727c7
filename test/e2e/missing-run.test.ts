import { cpSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { runCommand } from "./command-line.ts";

describe("a run that is not there", () => {
  const cwd = temporaryFolder();
  beforeAll(() => {
    for (const [k, name] of ["demo-two-stage-seed1", "photos-one-stage-seed3"].entries()) {
      const run = join(cwd, "runs", name);
      cpSync(new URL("../golden/runs/format-2", import.meta.url), run, { recursive: true });
      utimesSync(join(run, "config.json"), 1000 + k, 1000 + k);
    }
    writeFileSync(join(cwd, "file.txt"), "no run");
    mkdirSync(join(cwd, "notes"));
  });

  const newest = "there are runs, the newest first: runs/photos-one-stage-seed3, runs/demo-two-stage-seed1";
  const near = "is runs/demo-two-stage-seed1 meant?";

  it.each([
    ["resume", ["resume", "nope"], "run nope: there is no such folder, expected a run folder", newest],
    ["resume with a run's bare name", ["resume", "demo-two-stage-seed2"], "there is no such folder", near],
    ["report", ["report", "runs/demo-twostage-seed1"], "there is no such folder", near],
    ["export of a file", ["export", "file.txt"], "run file.txt: it is no folder", newest],
    ["resume of another folder", ["resume", "notes"], "run notes: there is no config.json in it", newest],
    [
      "resume of the folder of runs",
      ["resume", "runs"],
      "there is no config.json in it",
      "it holds runs, the newest first: runs/ph",
    ],
    [
      "a name beyond what systems take",
      ["resume", "a".repeat(300)],
      `${"a".repeat(200)}...: the name is too long`,
      newest,
    ],
    ["evaluate", ["evaluate", "nope", "demo"], "model nope: there is no such file or folder", newest],
    ["predict", ["predict", "runs/demo-two-stage-seed", "a.png"], "there is no such file or folder", near],
    [
      "runs",
      ["runs", "nope"],
      "runs nope: there is no such folder, expected a folder of run folders",
      "give the folder",
    ],
  ] as const)("is said in one way: %s", async (_, args, message, hint) => {
    const { status, error } = await runCommand(cwd, args);
    expect(error).toContain(message);
    expect(error).toContain(`hint: `);
    expect(error.split("hint: ")[1]).toContain(hint);
    expect(error).not.toMatch(/ENOENT|ENOTDIR|ENAMETOOLONG/);
    expect(status).toBe(2);
  });

  it("is not looked for where there are none", async () => {
    const { error } = await runCommand(temporaryFolder(), ["resume", "nope"]);
    expect(error).toContain("hint: give the folder that a search or a training printed");
  });
});
