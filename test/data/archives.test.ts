import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { type DataSet, encodeIdx, loadDataSet } from "../../src/data/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { handMadeTar, handMadeZip, paxName, type TarEntry, type ZipEntry } from "./hand-made-archives.ts";
import { sampleClasses, writeFiles } from "./sample-files.ts";

const load = (path: string): Promise<DataSet> => loadDataSet(path, { seed: 1 });
const written = (name: string, bytes: Uint8Array): string => {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, bytes);
  return path;
};
const files = {
  ...(await sampleClasses({ ant: 6, "big cat": 5 }, { prefix: "train/" })),
  ...(await sampleClasses({ ant: 2, "big cat": 2 }, { prefix: "test/", seed: 50 })),
};
const tarEntriesOf = (all: Readonly<Record<string, Uint8Array>>): TarEntry[] =>
  Object.entries(all).map(([name, bytes]) => ({ name, bytes }));
const zipEntriesOf = (all: Readonly<Record<string, Uint8Array>>): ZipEntry[] =>
  Object.entries(all).map(([name, bytes]) => ({ name, bytes }));
const around = (all: Readonly<Record<string, Uint8Array>>): Record<string, Uint8Array> =>
  Object.fromEntries(Object.entries(all).map(([name, bytes]) => [`pets/${name}`, bytes]));

describe("an archive", () => {
  it.each([
    ["zip", () => Buffer.from(zipSync(files))],
    ["zip", () => Buffer.from(zipSync(files, { level: 0 }))],
    ["zip", () => Buffer.from(zipSync(around(files)))],
    ["zip", () => handMadeZip(zipEntriesOf(files), true)],
    ["tar", () => handMadeTar(tarEntriesOf(files))],
    ["tar.gz", () => gzipSync(handMadeTar(tarEntriesOf(around(files))))],
    ["tgz", () => gzipSync(handMadeTar([{ name: "./", type: "5" }, ...tarEntriesOf(files)]))],
  ])("of class folders is the data set that the folder is: %s", async (ending, make) => {
    const folder = await load(writeFiles(temporaryFolder(), files));
    const archive = await load(written(`pets.${ending}`, make()));
    expect(archive.name).toBe("pets");
    expect(archive.source.fingerprint).toBe(folder.source.fingerprint);
    expect(archive.train).toEqual(folder.train);
    expect(archive.test).toEqual(folder.test);
    const inner = archive.source.files.map(({ path, sha256 }) => ({ path: path.replace(/^pets\//, ""), sha256 }));
    expect(inner).toEqual(folder.source.files);
  });

  it("is split by the seed as its folder is, and keeps what it decoded until it changes", async () => {
    const classes = await sampleClasses({ a: 10, b: 10 });
    const path = written("x.zip", zipSync(classes));
    const cacheFolder = temporaryFolder();
    const stages: string[] = [];
    const options = { seed: 3, cacheFolder, onProgress: ({ stage }: { stage: string }) => void stages.push(stage) };
    const first = await loadDataSet(path, options);
    const folder = await loadDataSet(writeFiles(temporaryFolder(), classes), { seed: 3 });
    expect(first.source.fingerprint).toBe(folder.source.fingerprint);
    const count = stages.length;
    await loadDataSet(path, options);
    expect(stages.length).toBe(count);
    writeFileSync(path, zipSync(await sampleClasses({ a: 10, b: 10 }, { seed: 90 })));
    const changed = await loadDataSet(path, options);
    expect(changed.source.fingerprint).not.toBe(first.source.fingerprint);
  });

  it("may hold files of many images, and folders that are given by themselves", async () => {
    const idx = {
      "raw/train-images-idx3-ubyte": encodeIdx({ dimensions: [4, 5, 6], values: new Uint8Array(120).map((_, i) => i) }),
      "raw/train-labels-idx1-ubyte": encodeIdx({ dimensions: [4], values: Uint8Array.of(0, 1, 0, 1) }),
    };
    const data = await load(written("mnist.tar.gz", gzipSync(handMadeTar(tarEntriesOf(idx)))));
    expect(data.source.kind).toBe("idx");
    const two = {
      ...around(files),
      "more/x/1.png": files["train/ant/0.png"]!,
      "more/y/1.png": files["train/ant/1.png"]!,
    };
    const inner = await load(join(written("two.zip", zipSync(two)), "more"));
    expect([inner.name, inner.classNames]).toEqual(["more", ["x", "y"]]);
    const error = await load(join(written("two.zip", zipSync(two)), "nothing")).catch((cause) => cause);
    expect(error).toMatchObject({ code: "E_DATA_NOT_FOUND", kind: "usage" });
  });

  it("has names of every kind: long ones, others than UTF-8, what systems leave", async () => {
    const [png, other] = Object.values(files) as [Buffer, Buffer];
    const long = `${"x".repeat(60)}/${"y".repeat(90)}.png`;
    const tar = handMadeTar([paxName(long), { name: "short", bytes: png }, { name: "b/1.png", bytes: other }]);
    expect((await load(written("a.tar", tar))).classNames).toEqual(["b", "x".repeat(60)]);
    const zip = handMadeZip([
      { name: Buffer.concat([Buffer.from("caf"), Buffer.of(0x82), Buffer.from("/1.png")]), bytes: png, flags: 0 },
      { name: "b/", mode: 0o40755 },
      { name: "b/1.png", bytes: other },
      { name: "__MACOSX/b/._1.png", bytes: other },
    ]);
    const data = await load(written("a.zip", zip));
    expect(data.classNames).toEqual(["b", "café"]);
    expect(data.report.remarks.join()).toContain("passed over: 1 hidden or system file or folder, such as __MACOSX/");
  });

  const file = { name: "a/1.png", bytes: Buffer.from("image") };
  it.each<[string, readonly ZipEntry[], string]>([
    ["a name that leads out", [{ ...file, name: "a/../../1.png" }], "leads out of the archive"],
    ["a name that leads out by backslashes", [{ ...file, name: "/etc/passwd" }], "has an absolute name"],
    ["a name with a drive", [{ ...file, name: "C:/1.png" }], "has an absolute name"],
    ["a name too deep", [{ ...file, name: "a/".repeat(40) }], "has too long a name"],
    ["a link", [{ ...file, mode: 0o120777 }], "is a symbolic link"],
    ["a pipe", [{ ...file, mode: 0o010644 }], "is neither a file nor a folder"],
    ["an encrypted entry", [{ ...file, flags: 1 }], "is encrypted"],
    ["a packing that is not read", [{ ...file, method: 14 }], "is packed by LZMA, expected stored or deflated"],
    ["a name twice", [file, { ...file, name: "a//1.png" }], "is there twice"],
    ["a file that is a folder", [file, { name: "a/1.png/2.png" }], "is there as a file and as a folder"],
    ["a bomb", [{ ...file, size: 2 ** 31 }], "unpack to 2147483648, which they cannot"],
  ])("with %s is refused as a whole: zip", async (_, entries, message) => {
    const path = written("bad.zip", handMadeZip([...zipEntriesOf(files), ...entries]));
    await expect(load(path)).rejects.toMatchObject({
      ...{ code: "E_ARCHIVE_ENTRY", kind: "usage", hint: expect.any(String) },
      message: expect.stringContaining(message),
    });
  });

  it("whose entries lie over each other is refused: a bomb without a large number in it", async () => {
    const zip = handMadeZip([file, { ...file, name: "a/2.png" }]);
    const second = zip.lastIndexOf("PK\x01\x02");
    zip.writeUInt32LE(0, second + 42);
    await expect(load(written("bad.zip", zip))).rejects.toMatchObject({ code: "E_ARCHIVE_ENTRY" });
  });

  it.each<[string, readonly TarEntry[], string]>([
    ["a name that leads out", [{ ...file, name: "../1.png" }], "leads out of the archive"],
    ["an absolute name", [{ ...file, name: "/etc/1.png" }], "has an absolute name"],
    ["a link", [{ name: "a/2.png", type: "2" }], "is a symbolic link"],
    ["a hard link", [{ name: "a/2.png", type: "1" }], "is a hard link"],
    ["a device", [{ name: "a/2.png", type: "3" }], "is a device"],
    ["a name twice", [file, file], "is there twice"],
  ])("with %s is refused as a whole: tar", async (_, entries, message) => {
    const path = written("bad.tar", handMadeTar([...tarEntriesOf(files), ...entries]));
    await expect(load(path)).rejects.toMatchObject({
      ...{ code: "E_ARCHIVE_ENTRY", kind: "usage", message: expect.stringContaining(message) },
    });
  });

  it.each([
    ["zip", Buffer.from(zipSync(files))],
    ["tar", handMadeTar(tarEntriesOf(files))],
    ["tar.gz", gzipSync(handMadeTar(tarEntriesOf(files)))],
  ])("that is cut short anywhere is refused: %s", async (ending, whole) => {
    const content = ending === "tar" ? whole.subarray(0, -1024) : whole;
    for (let length = 0; length < content.length; length += Math.ceil(content.length / 40)) {
      const path = written(`cut.${ending}`, content.subarray(0, length));
      await expect(load(path), String(length)).rejects.toMatchObject({ code: "E_ARCHIVE_DAMAGED", kind: "usage" });
    }
  });

  it("of many zeros is refused before it fills the memory", async () => {
    const bomb = gzipSync(handMadeTar([{ name: "a/1.bmp", bytes: new Uint8Array(64 << 20) }]));
    await expect(load(written("bomb.tgz", bomb))).rejects.toMatchObject({ code: "E_DATA_TOO_LARGE", kind: "usage" });
  });

  it("with a damaged image has it left out or refused like any other", async () => {
    const entries = zipEntriesOf(files).map((entry, index) => (index === 3 ? { ...entry, checksum: 5 } : entry));
    const path = written("bad.zip", handMadeZip(entries));
    await expect(load(path)).rejects.toMatchObject({
      code: "E_DATA_TOO_MANY_BAD",
      message: expect.stringContaining("train/ant/3.png is damaged in the archive: its checksum is another one"),
    });
    const data = await loadDataSet(path, { seed: 1, maxBadImageRate: 0.1 });
    expect(data.train.count).toBe(10);
  });

  it("by another name is told by its content", async () => {
    await expect(load(written("pets.data", zipSync(files)))).rejects.toMatchObject({
      code: "E_DATA_NOT_A_FOLDER",
      hint: "it is an archive: call it pets.data.zip",
    });
  });
});
