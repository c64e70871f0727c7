/** @file A trained run as 8-bit integers and for transformers.js, by the commands and programs that docs/reference shows. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { exportRun } from "../../src/cli/commands/export.ts";
import type { FlagValues } from "../../src/cli/flags.ts";
import { readOnnxMetadata } from "../../src/export/index.ts";
import { evaluate, exportQuantized, type QuantizedModel } from "../../src/run/index.ts";
import { decodeSafetensors, encodeSafetensors } from "../../src/store/index.ts";
import { captureTerminal } from "../captured-terminal.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { type Printed, runCommand } from "./command-line.ts";
import { fewImages } from "./few-images.ts";

interface Prediction {
  readonly classes: readonly { readonly name: string; readonly probability: number }[];
}

const RUN = "runs/photos-two-stage-seed1";
const TRAIN = ["train", "NB201_all_3x3_skip", "photos", "--space", "nas-bench-201", "--channels", "4", "--cells", "1"];
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const cwd = temporaryFolder();
const run = join(cwd, RUN);

const ista = async (...args: readonly string[]): Promise<Printed> => await runCommand(cwd, [...args]);
const bytesOf = (file: string) => new Uint8Array(readFileSync(join(cwd, file)));

/** The blocks of a page in one language. */
function blocks(page: string, language: string): readonly string[] {
  const text = readFileSync(join(ROOT, "docs/reference", page), "utf8");
  return [...text.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "gs"))].map(([, block]) => block!);
}

async function runDocumented(page: string): Promise<readonly Printed[]> {
  const commands = blocks(page, "sh").flatMap((block) => block.trim().split("\n"));
  const printed: Printed[] = [];
  for (const command of commands) {
    const words = command.split(" ");
    expect(words[0]).toBe("ista-nas");
    printed.push(await ista(...words.slice(1), "--threads", "1"));
  }
  return printed;
}

/** Gives one feature 65,536 times its size, and takes as much from what reads it: float32 computes the same, 8 bits see nothing else. */
function outweigh(run: string): void {
  const file = join(cwd, run, "weights.safetensors");
  const { tensors } = decodeSafetensors(readFileSync(file));
  const changed = new Map(tensors);
  const scale = (name: string, factor: number, count: number) => {
    const { shape, data } = tensors.get(name)!;
    changed.set(name, { shape, data: data.map((value, i) => (i < count ? value * factor : value)) });
  };
  scale("last.norm.scale", 2 ** 16, 1);
  scale("last.norm.shift", 2 ** 16, 1);
  scale("classifier.weight", 2 ** -16, 10);
  writeFileSync(file, encodeSafetensors(changed));
}

beforeAll(async () => {
  fewImages(cwd, "photos", 640, 100);
  const trained = await ista(...TRAIN, "--epochs", "3", "--batch", "16", "--threads", "1", "--out", RUN);
  expect(trained.status, trained.error).toBe(0);
  cpSync(join(cwd, RUN), join(cwd, "runs/outweighed"), { recursive: true });
  outweigh("runs/outweighed");
  const grey = readFileSync(join(cwd, "photos/t10k-images-idx3-ubyte")).subarray(16, 16 + 28 * 28);
  const raw = { width: 28, height: 28, channels: 1 } as const;
  await sharp(grey, { raw }).png().toFile(join(cwd, "holiday.jpg"));
}, 60_000);

describe("export --quantize", () => {
  it("writes integers whose accuracy it measured, as documented", async () => {
    const [first, second] = await runDocumented("quantized.md");
    expect(first!.status, first!.error).toBe(0);
    expect(second!.status, second!.error).toBeLessThan(2);
    expect(first!.output).toMatch(
      /^written .*model\.int8\.onnx\nranges of 256 training images, accuracy of 100 test /m,
    );
    const [model, data] = [join(run, "model.int8.onnx"), join(cwd, "photos")];
    const { testAccuracy, part } = await evaluate({ model, data });
    expect(part).toBe("own-test");
    const { metadata } = readOnnxMetadata(bytesOf(`${RUN}/model.int8.onnx`));
    expect(metadata).toMatchObject({ calibration_images: "256", test_images: "100" });
    expect(metadata["test_accuracy"]).toBe(String(testAccuracy));
  });

  it("gives the same bytes on other threads, from images that have moved, and says all as JSON", async () => {
    renameSync(join(cwd, "photos"), join(cwd, "moved"));
    await expect(exportQuantized({ run, file: join(cwd, "lost.onnx") })).rejects.toThrow(
      expect.objectContaining({ code: "E_DATA_NOT_FOUND", exitCode: 2 }),
    );
    const args = ["--quantize", "--file", "again.onnx", "--threads", "2", "--json"];
    const again = await ista("export", RUN, "moved", ...args);
    renameSync(join(cwd, "moved"), join(cwd, "photos"));
    expect(again.status, again.error).toBe(0);
    expect(existsSync(join(cwd, "lost.onnx"))).toBe(false);
    expect(bytesOf("again.onnx")).toEqual(bytesOf(`${RUN}/model.int8.onnx`));
    const { float32TestAccuracy, testAccuracy, lossOfAccuracy, ...told } = JSON.parse(again.output) as QuantizedModel;
    expect(told).toMatchObject({ file: "again.onnx", bytes: bytesOf("again.onnx").length, testImages: 100 });
    expect(lossOfAccuracy).toBeCloseTo(100 * (float32TestAccuracy - testAccuracy), 9);
  });

  it("writes nothing where integers cost too much, unless that is allowed", async () => {
    const folder = join(cwd, "runs/outweighed");
    const before = readdirSync(folder);
    const refused = await ista("export", "runs/outweighed", "--quantize", "--threads", "1");
    expect(refused.status).toBe(1);
    expect(refused.error).toMatch(
      /error: export: test accuracy: got .* % in 8-bit integers and .* a loss of .* points .*, expected at most 1\nhint: nothing was written/,
    );
    expect(readdirSync(folder)).toEqual(before);
    const { lossOfAccuracy, file } = await exportQuantized({ run: folder, maxLossOfAccuracy: 100 });
    expect(lossOfAccuracy).toBeGreaterThan(5);
    expect(existsSync(file)).toBe(true);
  });

  it("takes the images of the run alone", async () => {
    const data = join(cwd, fewImages(cwd, "others", 320, 50));
    const file = join(cwd, "others.onnx");
    await expect(exportQuantized({ run, data, file })).rejects.toThrow(
      expect.objectContaining({
        code: "E_QUANTIZE_DATA",
        exitCode: 2,
        hint: expect.stringContaining("DATA --quantize"),
      }),
    );
    expect(existsSync(file)).toBe(false);
  });

  it.each<[FlagValues, readonly string[], string]>([
    [{ quantize: true, opset: 12 }, [], "expected 13 to 17"],
    [{ quantize: true, to: "safetensors" }, [], "--quantize: got it with --to safetensors"],
    [{ maxLossOfAccuracy: 2 }, [], "--max-loss-of-accuracy: got it with a model of float32"],
    [{ opset: 12, to: "genotype" }, [], "--opset: got it with --to genotype"],
    [{}, ["photos"], "data: got it with a model of float32"],
  ])("%j %j is a usage error", async (flags, data, message) => {
    const { terminal } = captureTerminal();
    await expect(exportRun({ positional: [run, ...data], flags, terminal })).rejects.toThrow(
      expect.objectContaining({ kind: "usage", message: expect.stringContaining(message) }),
    );
  });
});

describe("export --to transformers.js", () => {
  it("is loaded by the library, which names a picture as predict does", async () => {
    const [written] = await runDocumented("transformers-js.md");
    expect(written!.output).toMatch(/^written photos-classifier\nONNX check passed on 64 images/);
    symlinkSync(join(ROOT, "node_modules"), join(cwd, "node_modules"));
    writeFileSync(join(cwd, "classify.mjs"), blocks("transformers-js.md", "js")[0]!);
    const { stdout, stderr } = spawnSync(process.execPath, ["classify.mjs"], { cwd, encoding: "utf8" });
    expect(stderr).toBe("");
    const answers = JSON.parse(stdout) as readonly { label: string; score: number }[];
    const predicted = await ista("predict", RUN, "holiday.jpg", "--json");
    const [image] = (JSON.parse(predicted.output) as { images: readonly Prediction[] }).images;
    expect(answers.map(({ label }) => label)).toEqual(image!.classes.map(({ name }) => name));
    for (const [k, { score }] of answers.entries()) expect(score).toBeCloseTo(image!.classes[k]!.probability, 5);
  });
});
