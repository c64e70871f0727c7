/** @file The chain of the golden numbers of once-for-all: two layers of four channels, each of which may be left out but not both. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Supports } from "../../../src/choice/index.ts";
import type { Device } from "../../../src/device/index.ts";
import type { Nesting, SearchedSpace } from "../../../src/network/index.ts";
import { type ChainShape, mobileSpace } from "../../../src/spaces/mobile/index.ts";
import type { TrainingBatch } from "../../../src/train/index.ts";

const numbers = z.array(z.number());
const file = new URL("../../golden/once-for-all.json", import.meta.url);

interface Golden {
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly gradientNorm: number;
  readonly shapes: Readonly<Record<string, number[]>>;
  /** Filters of each window. */
  readonly transform: Readonly<Record<string, number[]>>;
  readonly order: number[];
  readonly soft: number[];
  readonly after: Readonly<Record<string, number[]>>;
  readonly losses: Readonly<Record<string, { hard: number; soft: number; logits: number[] }>>;
}

const schema: z.ZodType<Golden> = z.object({
  ...{ learningRate: z.number(), momentum: z.number(), weightDecay: z.number(), gradientNorm: z.number() },
  shapes: z.record(z.string(), numbers),
  transform: z.record(z.string(), numbers),
  ...{ order: numbers, soft: numbers, after: z.record(z.string(), numbers) },
  losses: z.record(z.string(), z.object({ hard: z.number(), soft: z.number(), logits: numbers })),
});

export const GOLDEN: Golden = schema.parse(JSON.parse(readFileSync(file, "utf8")));

export const BATCH: number = 6;
const IMAGES = { imageSize: { height: 6, width: 8 }, imageChannels: 3, classCount: 3 } as const;
const CHAIN: ChainShape = {
  stem: { channels: 4, stride: 1 },
  firstChannels: 4,
  stages: [{ channels: 4, layers: 2, stride: 1 }],
  headChannels: 8,
};

const space = mobileSpace(CHAIN);

export const NESTED: SearchedSpace & { readonly nesting: Nesting } = {
  groups: space.groups,
  nesting: space.nesting!,
  network: (supports) => space.superNetwork({ ...IMAGES, shape: CHAIN, affine: true }, supports),
};

/** Supports by the names of what each layer keeps. */
export const supportsNamed = (...names: readonly string[]): Supports =>
  names.map((name, group) => [NESTED.groups[group]!.candidates.findIndex((candidate) => candidate.name === name)]);

/** As the script of the golden numbers has them: float32 numbers. */
export function sines(count: number, phase: number, scale: number, offset = 0): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => offset + scale * Math.sin(0.7 * index + phase));
}

/** Values of all golden parameters; `first`: phase of the first by name. */
export function goldenValues(first: number): ReadonlyMap<string, Float32Array> {
  return new Map(
    Object.entries(GOLDEN.shapes).map(([name, shape], place) => {
      const count = shape.reduce((product, length) => product * length, 1);
      if (/\dto\d$/.test(name)) {
        const noise = sines(count, first + place, 0.05);
        return [name, noise.map((value, i) => value + Number(i % (shape[0]! + 1) === 0))];
      }
      const isScale = name.endsWith("scale");
      return [name, sines(count, first + place, isScale ? 0.3 : 0.4, isScale ? 1 : 0)];
    }),
  );
}

export function writeValues(device: Device, values: ReadonlyMap<string, ArrayLike<number>>, prefix = ""): void {
  for (const [name, numbers] of values) device.write(`${prefix}${name}`, numbers);
}

export const goldenBatch = (): TrainingBatch => ({
  images: sines(BATCH * 6 * 8 * 3, 300, 1),
  labels: Float32Array.from({ length: BATCH }, (_, image) => image % 3),
});
