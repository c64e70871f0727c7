import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { type DataReport, formatDataReport, loadDataSet, loadImage } from "../../src/data/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { handMadePng } from "./hand-made-png.ts";
import { sampleClasses, samplePixels, samplePng, writeFiles } from "./sample-files.ts";

const isWindows = process.platform === "win32";

/** Bytes of a name that need not be UTF-8, in a folder. */
const pathOf = (folder: string, latin1: string): Buffer =>
  Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(latin1, "latin1")]);

describe("odd images that are whole", () => {
  const folder = temporaryFolder();
  const load = async (name: string, height: number, width: number): Promise<number[]> => [
    ...(await loadImage(join(folder, name), { height, width, channels: 3 })),
  ];
  const [red, blue, white] = [
    [255, 0, 0],
    [0, 0, 255],
    [255, 255, 255],
  ];

  it("of a palette with transparency are laid on white", async () => {
    const pixels = Uint8Array.of(255, 0, 0, 255, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0);
    const file = sharp(pixels, { raw: { height: 2, width: 2, channels: 4 } }).png({ palette: true });
    writeFiles(folder, { "palette.png": await file.toBuffer() });
    expect((await sharp(join(folder, "palette.png")).metadata()).isPalette).toBe(true);
    expect(await load("palette.png", 2, 2)).toEqual([red, blue, white, white].flat());
  });

  it("of 16 bits in colour keep their upper 8", async () => {
    const deep = Uint16Array.of(0x80ff, 0xff00, 0, 0x1234, 0x00ff, 0xffff);
    const file = sharp(deep, { raw: { height: 1, width: 2, channels: 3 } })
      .toColourspace("rgb16")
      .png();
    writeFiles(folder, { "deep.png": await file.toBuffer() });
    expect((await sharp(join(folder, "deep.png")).metadata()).depth).toBe("ushort");
    expect(await load("deep.png", 1, 2)).toEqual([0x80, 0xff, 0, 0x12, 0, 0xff]);
  });

  it("that are animated give their first frame", async () => {
    const frame = (colour: string) =>
      sharp({ create: { height: 4, width: 4, channels: 3, background: colour } })
        .png()
        .toBuffer();
    const frames = [await frame("#ff0000"), await frame("#0000ff")];
    for (const format of ["gif", "webp"] as const) {
      const file = sharp(frames, { join: { animated: true } }).toFormat(format, { lossless: true });
      writeFiles(folder, { [`moves.${format}`]: await file.toBuffer() });
      expect((await sharp(join(folder, `moves.${format}`)).metadata()).pages).toBe(2);
      expect(await load(`moves.${format}`, 1, 1)).toEqual(red);
    }
  });

  it("of one pixel fill the wanted size", async () => {
    const file = sharp(Uint8Array.of(1, 2, 3), { raw: { height: 1, width: 1, channels: 3 } }).png();
    writeFiles(folder, { "dot.png": await file.toBuffer() });
    expect(await load("dot.png", 3, 3)).toEqual(Array.from({ length: 9 }, () => [1, 2, 3]).flat());
  });

  it("that the camera held sideways stand upright, with the size that they then have", async () => {
    const tall = sharp(Uint8Array.of(...red, ...blue), { raw: { height: 2, width: 1, channels: 3 } });
    for (const [orientation, expected] of [
      [6, [blue, red]],
      [8, [red, blue]],
    ] as const) {
      writeFiles(folder, { "turned.png": await tall.clone().withMetadata({ orientation }).png().toBuffer() });
      expect(await load("turned.png", 1, 2)).toEqual(expected.flat());
    }
    const files = await sampleClasses({ a: 2, b: 2 }, { height: 6, width: 3 });
    const turned = Object.entries(files).map(async ([name, bytes]) => [
      name,
      await sharp(bytes).withMetadata({ orientation: 6 }).png().toBuffer(),
    ]);
    const set = writeFiles(temporaryFolder(), Object.fromEntries(await Promise.all(turned)));
    expect((await loadDataSet(set, { seed: 1 })).imageSize).toEqual({ height: 3, width: 6 });
  });

  it("that are long are cropped, up to a limit", async () => {
    writeFiles(folder, { "long.png": await handMadePng({ height: 16_384, width: 1, depth: 8, colour: 2 }) });
    expect((await load("long.png", 32, 32)).length).toBe(32 * 32 * 3);
    writeFiles(folder, { "longer.png": await handMadePng({ height: 16_385, width: 1, depth: 8, colour: 2 }) });
    await expect(load("longer.png", 32, 32)).rejects.toMatchObject({
      code: "E_IMAGE_UNREADABLE",
      message: expect.stringContaining("is too large: 1x16385 pixels (width x height), allowed are 16384 on a side"),
    });
  });
});

describe("a folder of images of which many are bad", () => {
  let folder: string;
  let report: DataReport;
  /** Files that cannot be read, and the reason given. */
  const bad: Record<string, string | RegExp> = {};

  async function fill(): Promise<void> {
    folder = writeFiles(temporaryFolder(), await sampleClasses({ good: 3, mixed: 2 }));
    const put = (name: string, content: Uint8Array | string, reason: string | RegExp, printed = name): void => {
      writeFiles(folder, { [`mixed/${name}`]: content });
      bad[`mixed/${printed}`] = reason;
    };
    put("text.jpg", "this is text", "is not an image, whatever its name says");
    put("zero bytes.png", "", "is empty");
    put(
      "drawing.png",
      '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>',
      "holds svg, which is not read",
    );
    const picture = sharp(samplePixels({ height: 64, width: 64 }), { raw: { height: 64, width: 64, channels: 3 } });
    for (const [name, whole, reason] of [
      ["cut.jpg", picture.clone().jpeg(), /^does not decode: VipsJpeg: premature end of JPEG image$/],
      ["cut, progressive.jpg", picture.clone().jpeg({ progressive: true }), /premature end of JPEG/],
      ["cut.png", picture.clone().png(), /^does not decode: /],
      ["cut, interlaced.png", picture.clone().png({ progressive: true }), /^is damaged or cut short$/],
      ["cut.webp", picture.clone().webp(), /^does not decode: /],
      ["cut.gif", picture.clone().gif(), /^does not decode: .*end of GIF/],
      ["cut.tiff", picture.clone().tiff(), /^is damaged or cut short$/],
      ["cut.avif", picture.clone().avif({ effort: 0 }), /^does not decode: /],
    ] as const) {
      const bytes = await whole.toBuffer();
      put(name, bytes.subarray(0, Math.floor(bytes.length / 2)), reason);
    }
    put(
      "bomb.png",
      await handMadePng({ height: 30_000, width: 30_000, depth: 1, colour: 0 }),
      "is too large: 30000x30000 pixels (width x height), allowed are 16384 on a side",
    );
    put("huge file.jpg", "", "is too large: a file of 1025 MiB, allowed are 1024 MiB");
    truncateSync(join(folder, "mixed/huge file.jpg"), 1025 * 2 ** 20);
    if (isWindows) return;
    put('it\'s "quoted" 猫 \\.jpg', "text", "is not an image", 'it\'s "quoted" 猫 \\\\.jpg');
    put("two\nlines \u001b[2J.png", "text", "is not an image", "two\\nlines \\x1b[2J.png");
    execFileSync("mkfifo", [join(folder, "mixed/pipe.png")]);
    bad["mixed/pipe.png"] = "is a pipe, not a file";
    const link = (name: string, target: string, reason: string | RegExp | null): void => {
      symlinkSync(target, join(folder, "mixed", name));
      if (reason !== null) bad[`mixed/${name}`] = reason;
    };
    link("endless.png", "/dev/zero", "is a device, not a file");
    link("itself.png", "itself.png", /^cannot be opened: ELOOP/);
    link("ring a.png", "ring b.png", /^cannot be opened: ELOOP/);
    link("ring b.png", "ring a.png", /^cannot be opened: ELOOP/);
    link("gone.png", "nowhere.png", "cannot be opened: ENOENT: no such file or directory");
    link("up", "..", null);
    link("here", ".", null);
    link("followed.png", "../good/0.png", null);
    if (process.platform === "darwin") return;
    writeFileSync(pathOf(`${folder}/mixed`, "caf\xe9.png"), await samplePng({ seed: 90 }));
    writeFileSync(pathOf(`${folder}/mixed`, "caf\xe8.png"), "text");
    bad["mixed/caf\\xe8.png"] = "is not an image, whatever its name says";
  }

  beforeAll(async () => {
    await fill();
    report = (await loadDataSet(folder, { seed: 1, maxBadImageRate: 0.9, testFraction: 0 })).report;
  });

  it("lists every bad file with its reason, and loses none", () => {
    const listed = Object.fromEntries(report.unreadable.map(({ path, reason }) => [path, reason]));
    expect(Object.keys(listed).sort()).toEqual(Object.keys(bad).sort());
    for (const [path, reason] of Object.entries(bad)) expect(listed[path]).toMatch(reason);
    const linked = isWindows ? 0 : 1;
    const unnamed = isWindows || process.platform === "darwin" ? 0 : 1;
    expect(report.classes.map(({ trainCount }) => trainCount)).toEqual([3, 2 + linked + unnamed]);
    expect(report.ignoredExamples).toEqual(isWindows ? [] : ["mixed/here", "mixed/up"]);
  });

  it("prints the first few on a line each, and says where the rest are", () => {
    const lines = formatDataReport(report).split("\n");
    expect(lines.join("")).toMatch(/^\P{Cc}*$/u);
    const start = lines.indexOf(`unreadable: ${report.unreadable.length}`);
    const listed = report.unreadable.slice(0, 10).map(({ path, reason }) => `  ${path}: ${reason}`);
    expect(lines.slice(start + 1, start + 11)).toEqual(listed);
    expect(lines[start + 11]).toBe(
      `  and ${report.unreadable.length - 10} more, all listed in data.json of the run and by ista-nas check --json`,
    );
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it("is refused by default: rate, limit, the first few, what to do, and all of them in the error", async () => {
    const count = report.unreadable.length;
    const total = count + report.classes.reduce((sum, { trainCount }) => sum + trainCount, 0);
    const error: unknown = await loadDataSet(folder, { seed: 1 }).catch((cause) => cause);
    expect(error).toMatchObject({ code: "E_DATA_TOO_MANY_BAD", kind: "usage", exitCode: 2, imageCount: total });
    expect(error).toMatchObject({ files: report.unreadable });
    const { message, hint } = error as { message: string; hint: string };
    const percent = Number(((100 * count) / total).toFixed(2));
    expect(message).toContain(`${count} of ${total} images cannot be read (${percent} %, allowed are 1 %): mixed/`);
    expect(message).toMatch(new RegExp(` and ${count - 5} more$`));
    expect(message + hint).toMatch(/^\P{Cc}*$/u);
    const allowed = Math.ceil((100 * count) / total) / 100;
    expect(hint).toContain(
      `leave them out with --max-bad-images ${allowed}; ista-nas check ${folder} --json lists all`,
    );
    await expect(loadDataSet(folder, { seed: 1, maxBadImageRate: allowed })).resolves.toBeDefined();
  });
});

describe("names that are no text", () => {
  it.skipIf(isWindows || process.platform === "darwin")("are kept by the cache", async () => {
    const folder = writeFiles(temporaryFolder(), await sampleClasses({ a: 2, b: 2 }));
    const names = ["\xe9.png", "\xe8.png", "two\nlines.png", "\xff\xfe \x1b.png"];
    for (const [i, name] of names.entries()) {
      writeFileSync(pathOf(`${folder}/a`, name), await samplePng({ seed: 50 + i }));
    }
    const cacheFolder = temporaryFolder();
    let decoded = 0;
    const onProgress = (): number => decoded++;
    const load = () => loadDataSet(folder, { seed: 1, testFraction: 0, cacheFolder, onProgress });
    const [first, second] = [await load(), await load()];
    expect(decoded).toBe(2);
    expect(second).toEqual(first);
    expect(first.train.count).toBe(8);
    writeFileSync(pathOf(`${folder}/a`, names[1]!), await samplePng({ seed: 60 }));
    expect((await load()).source.fingerprint).not.toBe(first.source.fingerprint);
  });

  it.skipIf(isWindows)("are refused for classes, where they would be kept with the model", async () => {
    const folder = writeFiles(temporaryFolder(), await sampleClasses({ a: 2, "b\nc": 2 }));
    await expect(loadDataSet(folder, { seed: 1 })).rejects.toMatchObject({
      code: "E_DATA_CLASS_NAME",
      kind: "usage",
      message: expect.stringContaining("class name got b\\nc, expected printable text"),
    });
    if (process.platform === "darwin") return;
    const other = writeFiles(temporaryFolder(), await sampleClasses({ a: 2 }));
    mkdirSync(pathOf(other, "\xe9"));
    writeFileSync(pathOf(other, "\xe9/1.png"), await samplePng({}));
    await expect(loadDataSet(other, { seed: 1 })).rejects.toMatchObject({
      message: expect.stringContaining("class name got \\xe9,"),
    });
  });
});
