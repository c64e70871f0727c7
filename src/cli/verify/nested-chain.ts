/** @file The chain of once-for-all.json: two layers of four channels, each of which may be left out but not both, and values that the script made by sines. */
import { z } from "zod";
import type { Supports } from "../../choice/index.ts";
import type { Nesting, SearchedSpace } from "../../network/index.ts";
import { type ChainShape, mobileSpace } from "../../spaces/mobile/index.ts";
import type { TrainingBatch } from "../../train/index.ts";

const numbers = z.array(z.number());
const byName = z.record(z.string(), numbers);

type ByName = Readonly<Record<string, readonly number[]>>;

export interface NestedGolden {
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly gradientNorm: number;
  readonly shapes: ByName;
  /** Filters of each window. */
  readonly transform: ByName;
  readonly after: ByName;
  readonly order: readonly number[];
  readonly soft: readonly number[];
  readonly losses: Readonly<Record<string, { readonly hard: number }>>;
}

export const nestedSchema: z.ZodType<NestedGolden> = z.object({
  ...{ learningRate: z.number(), momentum: z.number(), weightDecay: z.number(), gradientNorm: z.number() },
  ...{ shapes: byName, transform: byName, after: byName, order: numbers, soft: numbers },
  losses: z.record(z.string(), z.object({ hard: z.number() })),
});

export const NESTED_BATCH: number = 6;
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
export function supportsNamed(...names: readonly string[]): Supports {
  return names.map((name, group) => [
    NESTED.groups[group]!.candidates.findIndex((candidate) => candidate.name === name),
  ]);
}

/** As the script has them: float32 numbers. */
export function sines(count: number, phase: number, scale: number, offset = 0): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => offset + scale * Math.sin(0.7 * index + phase));
}

/** Values of parameters of these shapes; `first`: phase of the first by name. */
export function nestedValues(shapes: NestedGolden["shapes"], first: number): ReadonlyMap<string, Float32Array> {
  return new Map(
    Object.entries(shapes).map(([name, shape], place) => {
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

export function nestedBatch(): TrainingBatch {
  return {
    images: sines(NESTED_BATCH * 6 * 8 * 3, 300, 1),
    labels: Float32Array.from({ length: NESTED_BATCH }, (_, image) => image % 3),
  };
}
