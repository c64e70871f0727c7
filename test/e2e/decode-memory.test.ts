import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { DECODE_LIMIT } from "../../src/data/decode-cost.ts";
import { ImageDecoder } from "../../src/data/image-decoder.ts";
import { bmpOfPixels, handMadeBmp } from "../data/hand-made-bmp.ts";
import { handMadePng } from "../data/hand-made-png.ts";
import { samplePng } from "../data/sample-files.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { runScript } from "./run-script.ts";

const MODULE = new URL("../../dist/data/index.js", import.meta.url).href;
/** Stacks of threads, strips of pixels on their way, the heap of JavaScript. */
const SLACK = 64 * 2 ** 20;

/** A picture of runs that is over before it began. */
const END = Uint8Array.of(0, 1);

interface Measured {
  /** Bytes of memory at most, above those after a tiny image. */
  readonly growth: number;
  /** What the error said, if there was one. */
  readonly error: string | null;
}

/** Decodes the image, or loads the folder, at `path` in a process of its own. */
async function measure(folder: string, path: string): Promise<Measured> {
  const script = `
    import { readFileSync, statSync } from "node:fs";
    // On Linux maxRSS starts with what the process had that this one was forked from.
    const peak = () => process.platform === "linux"
      ? Number(/VmHWM:\\s*(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1])
      : process.resourceUsage().maxRSS;
    const [module, tiny, path] = process.argv.slice(1);
    const { loadDataSet, loadImage } = await import(module);
    const shape = { height: 512, width: 512, channels: 3 };
    await loadImage(tiny, shape);
    const before = peak();
    let error = null;
    try {
      if (statSync(path).isDirectory()) await loadDataSet(path, { seed: 1, testFraction: 0, imageSize: 512 });
      else await loadImage(path, shape);
    } catch (cause) {
      error = cause.message;
    }
    console.log(JSON.stringify({ growth: 1024 * (peak() - before), error }));
  `;
  return (await runScript(script, [MODULE, join(folder, "tiny.png"), path])) as Measured;
}

describe("the memory that decoding takes", () => {
  const folder = temporaryFolder();
  beforeAll(async () => writeFileSync(join(folder, "tiny.png"), await samplePng({})));

  const flat = (side: number) =>
    sharp({ create: { height: side, width: side, channels: 3, background: "#123456" }, limitInputPixels: false });
  const interlaced = (side: number) =>
    handMadePng({ height: side, width: side, depth: 16, colour: 6, interlaced: true });

  it.each([
    ["interlaced PNG of 16 bits", () => interlaced(3000)],
    ["PNG", () => handMadePng({ height: 3000, width: 3000, depth: 8, colour: 2 })],
    ["wide PNG of 16 bits", () => handMadePng({ height: 800, width: 16_384, depth: 16, colour: 6 })],
    ["progressive JPEG", () => flat(3500).jpeg({ progressive: true, chromaSubsampling: "4:4:4" }).toBuffer()],
    ["progressive JPEG in CMYK", () => flat(3500).toColourspace("cmyk").jpeg({ progressive: true }).toBuffer()],
    ["JPEG held sideways", () => flat(3500).withMetadata({ orientation: 6 }).jpeg({ progressive: true }).toBuffer()],
    ["WebP", () => flat(3500).ensureAlpha(0.5).webp({ lossless: true, effort: 0 }).toBuffer()],
    ["GIF", () => flat(3500).gif({ effort: 1 }).toBuffer()],
    ["BMP", async () => bmpOfPixels(new Uint8Array(3000 * 3000 * 3), 3000, 3000)],
    [
      "BMP of runs",
      async () => handMadeBmp({ height: 9000, width: 9000, bits: 8, compression: 1, palette: [[1, 2, 3]], data: END }),
    ],
    ["TIFF", () => flat(3500).tiff({ compression: "lzw" }).toBuffer()],
    [
      "AVIF of 12 bits",
      () => flat(2500).ensureAlpha(0.5).avif({ effort: 0, bitdepth: 12, chromaSubsampling: "4:4:4" }).toBuffer(),
    ],
  ])("of %s is at most what its header tells", async (name, make) => {
    const bytes = await make();
    const path = join(folder, name);
    writeFileSync(path, bytes);
    const { decodeBytes } = await (await ImageDecoder.create()).header(bytes);
    const { growth, error } = await measure(folder, path);
    expect(error).toBeNull();
    expect(growth).toBeLessThan(decodeBytes + SLACK);
  });

  it("of the largest picture that is allowed is at most the limit", async () => {
    const bytes = await interlaced(9500);
    writeFileSync(join(folder, "largest.png"), bytes);
    const { decodeBytes } = await (await ImageDecoder.create()).header(bytes);
    expect(decodeBytes / DECODE_LIMIT).toBeGreaterThan(0.98);
    const { growth, error } = await measure(folder, join(folder, "largest.png"));
    expect(error).toBeNull();
    expect(growth).toBeLessThan(DECODE_LIMIT);
    expect(growth).toBeGreaterThan(DECODE_LIMIT / 2);
  });

  it("of what is refused is next to nothing", async () => {
    for (const [png, reason] of [
      [{ height: 30_000, width: 30_000, depth: 1, colour: 0 }, /30000x30000 pixels .*, allowed are 16384 on a side/],
      [{ height: 12, width: 8_388_618, depth: 8, colour: 2 }, /8388618x12 pixels .*, allowed are 16384 on a side/],
      [{ height: 11_000, width: 11_000, depth: 16, colour: 6 }, /11000x11000 .* takes up to .*, allowed are 1024 MiB/],
    ] as const) {
      writeFileSync(join(folder, "bomb.png"), await handMadePng(png));
      const { growth, error } = await measure(folder, join(folder, "bomb.png"));
      expect(error).toMatch(reason);
      expect(growth).toBeLessThan(SLACK);
    }
  });

  it("of several large pictures together is at most the limit too", async () => {
    const bytes = await interlaced(6700);
    for (const name of ["a", "b"]) {
      mkdirSync(join(folder, "set", name), { recursive: true });
      for (let i = 0; i < 2; i++) writeFileSync(join(folder, "set", name, `${i}.png`), bytes);
    }
    const { growth, error } = await measure(folder, join(folder, "set"));
    expect(error).toBeNull();
    expect(growth).toBeLessThan(DECODE_LIMIT + SLACK);
  });
});
