/** @file The space of DARTS as people choose it. */
import { z } from "zod";
import { BOUNDS } from "../../bounds.ts";
import { countOf } from "../../count-of.ts";
import { choiceFlag, integerFlag } from "../../options/index.ts";
import { CELLS_FLAG, CHANNELS_FLAG } from "../macro-flags.ts";
import { networkShapeSchema } from "../network-shape-schema.ts";
import type { MacroRequest, SpaceKind } from "../space-kind.ts";
import type { DartsSpaceOptions } from "./cells.ts";
import type { Genotype } from "./genotype.ts";
import type { DartsMacro } from "./network.ts";
import { dartsSpace } from "./space.ts";
import { STEMS, type StemKind } from "./stem.ts";

interface Options extends Required<Pick<DartsSpaceOptions, "sparsity">> {
  /** Default: `cifar`. */
  readonly stem?: StemKind | undefined;
}

export interface DartsGiven {
  readonly sparsity?: number;
  readonly stem?: StemKind;
}

export interface DartsMacroGiven {
  readonly channels?: number;
  readonly cells?: number;
}

const macroSchema: z.ZodType<DartsMacro> = networkShapeSchema.and(
  z.object({
    initChannels: z.int().min(1).max(BOUNDS.channels),
    cellCount: z.int().min(1).max(BOUNDS.cells),
    stem: z.enum(STEMS),
    affine: z.boolean(),
    poolNorm: z.boolean(),
    skipNorm: z.boolean(),
    auxiliaryHead: z.boolean(),
  }),
);

export const dartsKind: SpaceKind<Genotype, DartsMacro, Options, DartsGiven, DartsMacroGiven> = {
  kind: "darts",
  summary: "the cell of DARTS: seven operations on every connection, two kept a node",
  flags: {
    sparsity: integerFlag("sparsity", "COUNT", "entries kept (default: 2)", { min: 1, max: BOUNDS.dictionary }),
    stem: choiceFlag(
      "stem",
      STEMS,
      "what comes before the cells: one convolution that keeps the size, or three of stride 2 for images of 64 to 224 pixels, as published for ImageNet (default: cifar)",
    ),
  },
  macroFlags: { channels: CHANNELS_FLAG, cells: CELLS_FLAG },
  optionsSchema: z.object({ sparsity: z.int().min(1).max(BOUNDS.dictionary), stem: z.enum(STEMS).optional() }),
  macroSchema,
  presets: {
    demo: { channels: 8, cells: 5 },
    cifar10: { channels: 16, cells: 8, retrainChannels: 36, retrainCells: 20, dropPath: 0.2, auxiliary: 0.4 },
    imagenet: { channels: 16, cells: 8, retrainChannels: 48, retrainCells: 14, auxiliary: 0.4, stem: "imagenet" },
  },
  sizes: [
    { channels: 4, cells: 3 },
    { channels: 8, cells: 3 },
    { channels: 8, cells: 5 },
    { channels: 12, cells: 5 },
    { channels: 12, cells: 8 },
    { channels: 16, cells: 8 },
    { channels: 24, cells: 8 },
    { channels: 24, cells: 14 },
    { channels: 36, cells: 20 },
  ],
  hasAuxiliaryHead: true,
  hasDropPath: true,
  options: ({ sparsity = 2, stem = "cifar" }: DartsGiven): Options => ({
    sparsity,
    // Left out where it is what it was in runs of versions that knew no other.
    ...(stem === "cifar" ? {} : { stem }),
  }),
  create: ({ sparsity }) => dartsSpace({ sparsity }),
  macro(
    { shape, given, purpose, auxiliaryHead }: MacroRequest<DartsMacroGiven>,
    { stem = "cifar" }: Options,
  ): DartsMacro {
    return {
      ...shape,
      initChannels: given.channels ?? 16,
      cellCount: given.cells ?? 8,
      stem,
      affine: purpose !== "search",
      poolNorm: purpose !== "training",
      skipNorm: purpose === "one-network",
      auxiliaryHead,
    };
  },
  describe: ({ cellCount, initChannels }) => `${countOf(cellCount, "cell")} of ${initChannels} channels`,
};
