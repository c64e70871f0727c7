import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { sampleClasses, samplePng, writeFiles } from "../data/sample-files.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { runCommand } from "./command-line.ts";
import { runScript } from "./run-script.ts";

const MODULE = new URL("../../dist/data/index.js", import.meta.url).href;

describe("ista-nas check", () => {
  it("prints what a folder holds, and all of it as JSON", async () => {
    const cwd = temporaryFolder();
    writeFiles(join(cwd, "pets"), { ...(await sampleClasses({ cat: 30, dog: 30 })), "cat/notes.txt": "x" });
    const text = await runCommand(cwd, ["check", "pets"]);
    expect(text.status, text.error).toBe(0);
    expect(text.output).toMatch(/^data pets: class folders, 2 classes, 8x8 rgb\n/);
    expect(text.output).toContain("ignored: cat/notes.txt");
    const json = await runCommand(cwd, ["check", "pets", "--json", "--test-fraction", "0.5"]);
    expect(JSON.parse(json.output)).toMatchObject({
      name: "pets",
      classes: [
        { name: "cat", trainCount: 15, testCount: 15 },
        { name: "dog", trainCount: 15, testCount: 15 },
      ],
      unreadable: [],
    });
  });

  it("given a run says that it is one, and what is done with runs", async () => {
    const cwd = temporaryFolder();
    const keys = ["formatVersion", "command", "strategy", "seed", "classNames", "normalisation"];
    const run = { "config.json": JSON.stringify(Object.fromEntries(keys.map((key) => [key, 1]))), "weights.bin": "x" };
    writeFiles(join(cwd, "run"), run);
    writeFiles(join(cwd, "drawn"), { ...run, "cells.png": await samplePng({}) });
    for (const name of ["run", "drawn"]) {
      const printed = await runCommand(cwd, ["check", name]);
      expect(printed.status).toBe(2);
      expect(printed.error).toMatch(
        /got a run of this program, expected a folder of images\nhint: .*evaluate .*predict .*serve/,
      );
    }
  });

  it.skipIf(process.platform === "win32")("fault: in a folder that was removed says so", async () => {
    const cwd = temporaryFolder();
    const shell = 'mkdir -p gone && cd gone && rmdir ../gone && "$@"';
    const printed = await runCommand(cwd, ["search", "demo"], { shell });
    expect(printed.status).toBe(1);
    expect(printed.error).toMatch(/hint: the folder where you are was removed/);
    for (const args of [["check", "photos"], ["search", "photos"], ["runs"], ["predict", "m.onnx", "a.png"]]) {
      const { error } = await runCommand(cwd, args, { shell });
      expect(error, args.join(" ")).not.toContain("bug");
    }
  });

  it("lists all bad images of a folder that is refused for them, and exits 2", async () => {
    const cwd = temporaryFolder();
    const texts = Array.from({ length: 12 }, (_, i) => [`cat/text ${i}.png`, "text"]);
    const folder = writeFiles(join(cwd, "pets"), {
      ...(await sampleClasses({ cat: 4, dog: 4 })),
      ...Object.fromEntries(texts),
    });
    if (process.platform !== "win32") writeFiles(folder, { "cat/\u001b[2J\n.png": "text" });
    const printed = await runCommand(cwd, ["check", "pets", "--json"]);
    expect(printed.status).toBe(2);
    const { error, imageCount, unreadable } = JSON.parse(printed.output) as Record<string, unknown>;
    expect([error, imageCount]).toEqual(["E_DATA_TOO_MANY_BAD", 8 + (unreadable as unknown[]).length]);
    expect(unreadable).toContainEqual({ path: "cat/text 7.png", reason: "is not an image, whatever its name says" });
    expect(printed.error).toMatch(
      /^error: data pets: 1[23] of 2[01] images cannot be read .* and [78] more\nhint: .*\n$/,
    );
    expect(printed.error).toContain("ista-nas check pets --json lists all");
    const allowed = await runCommand(cwd, ["check", "pets", "--max-bad-images", "0.7"]);
    expect(allowed.status, allowed.error).toBe(0);
    expect(allowed.output).toMatch(/unreadable: 1[23]\n( {2}cat\/.*\n){10} {2}and [23] more, all listed in data\.json/);
    expect(allowed.output).not.toContain("\u001b");
  });
});

describe.skipIf(process.platform === "win32")("what the user may not read", () => {
  /** Loads a folder as a user without rights: root may read everything. */
  async function loadAsNobody(folder: string): Promise<unknown> {
    for (let path = folder; path.includes("ista-nas-test-"); path = dirname(path)) chmodSync(path, 0o755);
    const script = `
      const [module, good, folder] = process.argv.slice(1);
      const { loadDataSet, loadImage } = await import(module);
      await loadImage(good, { height: 8, width: 8, channels: 3 });
      if (process.getuid() === 0) {
        process.setgid(65534);
        process.setuid(65534);
      }
      try {
        const { report } = await loadDataSet(folder, { seed: 1, maxBadImageRate: 0.5, testFraction: 0 });
        console.log(JSON.stringify(report));
      } catch ({ code, kind, message }) {
        console.log(JSON.stringify({ code, kind, message }));
      }
    `;
    const good = join(temporaryFolder(), "good.png");
    writeFileSync(good, await samplePng({}));
    return runScript(script, [MODULE, good, folder]);
  }

  it("is listed if it is an image", async () => {
    const folder = writeFiles(temporaryFolder(), await sampleClasses({ a: 3, b: 3 }));
    chmodSync(join(folder, "a/1.png"), 0);
    expect(await loadAsNobody(folder)).toMatchObject({
      classes: [{ trainCount: 2 }, { trainCount: 3 }],
      unreadable: [{ path: "a/1.png", reason: "cannot be opened: EACCES: permission denied" }],
    });
  });

  it.each([
    ["a class folder", "b", 0, { code: "E_DATA_UNREADABLE", kind: "usage" }],
    ["a class folder of which only the names may be read", "b", 0o644, { code: "E_DATA_TOO_MANY_BAD", kind: "usage" }],
  ])("is an error if it is %s", async (_, name, mode, expected) => {
    const folder = writeFiles(temporaryFolder(), await sampleClasses({ a: 1, b: 3 }));
    chmodSync(join(folder, name), mode);
    try {
      expect(await loadAsNobody(folder)).toMatchObject({
        ...expected,
        message: expect.stringMatching(/EACCES: permission denied/),
      });
    } finally {
      chmodSync(join(folder, name), 0o755);
      rmSync(folder, { recursive: true });
    }
  });
});
