/** @file What the library itself makes of our settings: the files are loaded by it, and its pixels are compared with those of our decoder. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AutoProcessor, env, RawImage } from "@huggingface/transformers";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { type Fit, type ImageShape, loadImage } from "../../src/data/index.ts";
import { type TransformersInputs, transformersFiles } from "../../src/export/transformers-files.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const COLOUR = { mean: [0.4, 0.5, 0.6], standardDeviation: [0.2, 0.25, 0.3] };
/** Larger, smaller, upright, and of sizes that scaling rounds. */
const SIZES = [
  [97, 64],
  [41, 77],
  [20, 15],
  [32, 32],
] as const;

const inputs = (fit: Fit, shape: ImageShape = { height: 32, width: 32, channels: 3 }): TransformersInputs => ({
  ...{ classNames: ["a", "b"], version: "1.2.3", shape },
  ...{
    normalisation: COLOUR,
    fitting: { fit, padColour: fit === "pad" ? [102, 128, 153].slice(0, shape.channels) : [] },
  },
});

const folder = temporaryFolder();

beforeAll(async () => {
  env.allowRemoteModels = false;
  env.localModelPath = folder;
  for (const [width, height] of SIZES) {
    const waves = (i: number) => 128 + 60 * Math.sin(i / 17) + 50 * Math.sin(i / (3 * width));
    const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => waves(i));
    const raw = { width, height, channels: 3 } as const;
    await sharp(pixels, { raw })
      .png()
      .toFile(join(folder, `${width}x${height}.png`));
  }
});

/** Mean and largest difference of its pixels, 0 to 255, from those of our decoder, over all pictures. */
async function differences(name: string, settings: TransformersInputs): Promise<{ mean: number; largest: number }> {
  mkdirSync(join(folder, name));
  for (const [file, text] of Object.entries(transformersFiles(settings))) writeFileSync(join(folder, name, file), text);
  const processor = await AutoProcessor.from_pretrained(name);
  const { height, width, channels } = settings.shape;
  const found: number[] = [];
  for (const [w, h] of SIZES) {
    const picture = join(folder, `${w}x${h}.png`);
    const { pixel_values } = (await processor(await RawImage.read(picture))) as {
      pixel_values: { dims: number[]; data: Float32Array };
    };
    expect(pixel_values.dims).toEqual([1, 3, height, width]);
    const own = await loadImage(picture, settings.shape, settings.fitting);
    for (const [i, value] of pixel_values.data.entries()) {
      const [colour, at] = [Math.floor(i / (height * width)), i % (height * width)];
      const { mean, standardDeviation } = channels === 3 ? COLOUR : { mean: [0, 0, 0], standardDeviation: [1, 1, 1] };
      const pixel = 255 * (value * standardDeviation[colour]! + mean[colour]!);
      found.push(Math.abs(pixel - own[channels * at + (channels === 3 ? colour : 0)]!));
    }
  }
  return { mean: found.reduce((sum, one) => sum + one, 0) / found.length, largest: Math.max(...found) };
}

describe("processors of transformers.js", () => {
  it("stretch and pad as our decoder does, to the last bit", async () => {
    for (const fit of ["stretch", "pad"] as const) {
      expect((await differences(fit, inputs(fit))).largest, fit).toBeLessThan(1e-4);
    }
  });

  it("stretch to what is no square, and leave grey to the file", async () => {
    const oblong = { height: 24, width: 40, channels: 3 } as const;
    expect((await differences("oblong", inputs("stretch", oblong))).largest).toBeLessThan(1e-4);
    expect(transformersFiles(inputs("stretch", { ...oblong, channels: 1 }))["preprocessor_config.json"]).toContain(
      '"do_normalize": false',
    );
  });

  it("crop nearly so: they scale to whole pixels before they cut", async () => {
    const { mean, largest } = await differences("crop", inputs("crop"));
    expect(mean).toBeLessThan(2);
    expect(largest).toBeLessThan(10);
  });
});

describe("transformersFiles", () => {
  it("has the classes both ways, and asks for the one file that there is", () => {
    const config: unknown = JSON.parse(transformersFiles(inputs("crop"))["config.json"]!);
    expect(config).toMatchObject({
      id2label: { 0: "a", 1: "b" },
      label2id: { a: 0, b: 1 },
      "transformers.js_config": { dtype: "fp32" },
    });
  });

  it("refuses to crop or pad to what is no square", () => {
    for (const fit of ["crop", "pad"] as const) {
      expect(() => transformersFiles(inputs(fit, { height: 24, width: 40, channels: 3 }))).toThrow(
        expect.objectContaining({ code: "E_EXPORT_FIT", message: expect.stringContaining("40x24") }),
      );
    }
  });
});
