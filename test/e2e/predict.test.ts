import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { bmpOfPixels } from "../data/hand-made-bmp.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { writeClassPhotos } from "./class-photos.ts";
import { runCommand } from "./command-line.ts";

const MODEL = fileURLToPath(new URL("../golden/runs/format-1", import.meta.url));

interface Prediction {
  readonly images: readonly { readonly image: string; readonly classes: readonly { readonly name: string }[] }[];
  readonly failures: readonly { readonly image: string; readonly code: string; readonly reason: string }[];
}

describe("predict", () => {
  const cwd = temporaryFolder();
  const predict = async (...args: readonly string[]) => {
    const { status, output, error } = await runCommand(cwd, ["predict", MODEL, ...args, "--threads", "1", "--json"]);
    return { status, error, ...(JSON.parse(output) as Prediction) };
  };

  beforeAll(async () => {
    await writeClassPhotos(cwd, "photos", 1, 3);
    await writeClassPhotos(join(cwd, "photos"), "inner", 2, 40);
    for (const junk of [".hidden.png", "Thumbs.db", "notes.txt"]) writeFileSync(join(cwd, "photos", junk), "none");
    symlinkSync("..", join(cwd, "photos", "inner", "round"));
    writeFileSync(join(cwd, "broken.jpg"), "this is no picture");
    mkdirSync(join(cwd, "empty"));
  });

  it("goes on after a file that it cannot read, and lists each with its reason", async () => {
    const { status, error, images, failures } = await predict(
      "nope.png",
      "photos/000.png",
      "broken.jpg",
      "photos/001.png",
    );
    expect(status).toBe(1);
    expect(images.map(({ image }) => image)).toEqual(["photos/000.png", "photos/001.png"]);
    expect(failures).toMatchObject([
      { image: "nope.png", code: "E_IMAGE_NOT_FOUND", reason: "no such file" },
      { image: "broken.jpg", code: "E_IMAGE_UNREADABLE", reason: "is not an image, whatever its name says" },
    ]);
    expect(error).toContain(
      "error: predict: 2 of 4 images could not be read: nope.png: no such file; broken.jpg: is not",
    );
    const plain = await runCommand(cwd, ["predict", MODEL, "broken.jpg", "photos/000.png"]);
    expect(plain.status).toBe(1);
    expect(plain.output).toMatch(/^broken\.jpg: not read: is not an image.*\nphotos\/000\.png: .+ %, .+ %, .+ %\n$/);
  });

  it("takes the images of a folder and of its folders, without junk, whatever the batches", async () => {
    const { status, images, failures } = await predict("photos");
    expect(status).toBe(0);
    expect(failures).toEqual([]);
    const number = (k: number) => String(k).padStart(3, "0");
    const inner = Array.from({ length: 40 }, (_, k) => `photos/inner/${number(k)}.png`);
    expect(images.map(({ image }) => image)).toEqual([0, 1, 2].map((k) => `photos/${number(k)}.png`).concat(inner));
    const [last] = (await predict("photos/inner/039.png")).images;
    expect(images.at(-1)!.classes.map(({ name }) => name)).toEqual(last!.classes.map(({ name }) => name));
  });

  it("says what a pattern that matched nothing and a folder without images are", async () => {
    const { status, images, failures } = await predict("*.jpeg", "empty");
    expect(status).toBe(1);
    expect(images).toEqual([]);
    expect(failures).toMatchObject([
      { image: "*.jpeg", reason: "no file matches this pattern" },
      { image: "empty", reason: "the folder holds no images" },
    ]);
  });

  it("reads a BMP", async () => {
    const data = await sharp(join(cwd, "photos", "000.png"))
      .raw()
      .toBuffer();
    writeFileSync(join(cwd, "one.bmp"), bmpOfPixels(data, 16, 16));
    const { images, failures } = await predict("one.bmp", "photos/000.png");
    expect(failures).toEqual([]);
    expect(images[0]!.classes).toEqual(images[1]!.classes);
  });
});
