import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { runCommand } from "./command-line.ts";

const DEMO = new URL("../../data/fashion-mnist-6000/", import.meta.url);

async function imageFile(path: string, shade: number): Promise<void> {
  const size = { width: 12, height: 12 };
  await sharp({ create: { ...size, channels: 3, background: { r: shade, g: 255 - shade, b: 90 } } })
    .jpeg()
    .toFile(path);
}

async function classFolder(root: string, name: string, count: number): Promise<void> {
  mkdirSync(join(root, name), { recursive: true });
  for (let i = 0; i < count; i++) await imageFile(join(root, name, `${i}.jpg`), (i * 7 + name.length * 40) % 256);
}

describe("bad input ends in a message and a status, before any training", () => {
  const cwd = temporaryFolder();
  beforeAll(async () => {
    await classFolder(join(cwd, "good"), "cat", 6);
    await classFolder(join(cwd, "good"), "hippo", 6);
    await classFolder(join(cwd, "lonely"), "cat", 6);
    await classFolder(join(cwd, "hollow"), "cat", 6);
    mkdirSync(join(cwd, "hollow", "dog"));
    await classFolder(join(cwd, "text"), "cat", 6);
    await classFolder(join(cwd, "text"), "hippo", 6);
    writeFileSync(join(cwd, "text", "cat", "notes.jpg"), "this is no picture");
    mkdirSync(join(cwd, "cut"));
    for (const name of [
      "train-images-idx3-ubyte",
      "train-labels-idx1-ubyte",
      "t10k-images-idx3-ubyte",
      "t10k-labels-idx1-ubyte",
    ]) {
      const bytes = gunzipSync(readFileSync(new URL(`${name}.gz`, DEMO)));
      writeFileSync(join(cwd, "cut", name), name.startsWith("train-images") ? bytes.subarray(0, 100_000) : bytes);
    }
    writeFileSync(
      join(cwd, "wrong.json"),
      JSON.stringify({
        normal: [
          ["conv_9x9", 0],
          ["skip_connect", 1],
        ],
        normal_concat: [2],
        reduce: [
          ["skip_connect", 0],
          ["skip_connect", 1],
        ],
        reduce_concat: [2],
      }),
    );
  });

  it.each([
    ["no such folder", ["search", "nowhere"], 2, /nowhere/],
    ["an empty class", ["search", "hollow"], 2, /dog/],
    ["one class only", ["search", "lonely"], 2, /cat/],
    ["a text file named .jpg", ["search", "text"], 2, /notes\.jpg/],
    ["an IDX file cut short", ["search", "cut"], 1, /train-images-idx3-ubyte/],
    ["an unknown primitive", ["train", "wrong.json", "demo"], 2, /conv_9x9.*sep_conv_3x3/s],
    ["--batch 0", ["search", "demo", "--batch", "0"], 2, /--batch: got 0/],
    ["a batch larger than the data", ["search", "good", "--batch", "500"], 2, /500/],
    ["channels that are no multiple of four", ["search", "demo", "--channels", "6"], 2, /multiple of 4/],
    ["an unknown flag", ["search", "demo", "--speed", "9"], 2, /--speed/],
    ["an unknown command", ["serach", "demo"], 2, /serach/],
    ["a missing argument", ["train", "ISTA_twostage"], 2, /data/],
    ["an unknown genotype", ["show", "ISTA_threestage"], 2, /ISTA_twostage/],
    ["no such model", ["predict", "runs/none", "a.jpg"], 2, /runs\/none/],
    ["a budget that is too short", ["search", "demo", "--time", "1s"], 2, /--time/],
  ] as const)("%s", async (_, args, status, message) => {
    const printed = await runCommand(cwd, args);
    expect(printed.error).toMatch(message);
    expect(printed.status, printed.error).toBe(status);
    expect(printed.error).not.toMatch(/\n\s+at /);
    expect(printed.output).not.toMatch(/epoch/);
  });

  it("shows the stack with --debug alone", async () => {
    const printed = await runCommand(cwd, ["search", "nowhere", "--debug"]);
    expect(printed.error).toMatch(/\n\s+at /);
  });
});
