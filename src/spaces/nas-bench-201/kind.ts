/** @file NAS-Bench-201 as people choose it. */
import { z } from "zod";
import { BOUNDS } from "../../bounds.ts";
import { countOf } from "../../count-of.ts";
import { choiceFlag } from "../../options/index.ts";
import { CELLS_FLAG, CHANNELS_FLAG } from "../macro-flags.ts";
import { networkShapeSchema } from "../network-shape-schema.ts";
import type { MacroRequest, SpaceKind } from "../space-kind.ts";
import { nb201Benchmark } from "./benchmark.ts";
import type { Cell } from "./cell.ts";
import type { Nb201Macro, Reduction } from "./network.ts";
import { nb201Space } from "./space.ts";

export interface Nb201MacroGiven {
  readonly channels?: number;
  readonly cells?: number;
  readonly reduction?: Reduction;
}

const macroSchema: z.ZodType<Nb201Macro> = networkShapeSchema.and(
  z.object({
    channels: z.int().min(1).max(BOUNDS.channels),
    cellsPerStage: z.int().min(1).max(BOUNDS.cells),
    reduction: z.enum(["residual", "pool"]),
    affine: z.boolean(),
    everyNorm: z.boolean(),
  }),
);

export const nb201Kind: SpaceKind<Cell, Nb201Macro, object, Readonly<Record<string, never>>, Nb201MacroGiven> = {
  kind: "nas-bench-201",
  summary: "NAS-Bench-201: four nodes, one of five operations on each of six edges",
  flags: {},
  macroFlags: {
    channels: CHANNELS_FLAG,
    cells: CELLS_FLAG,
    reduction: choiceFlag(
      "reduction",
      ["residual", "pool"],
      "nas-bench-201: what halves images between stages, the benchmark's residual block or a pool and a 1x1 convolution (default: pool in the search, residual in training)",
    ),
  },
  optionsSchema: z.object({}),
  macroSchema,
  presets: {
    demo: { channels: 8, cells: 1, retrainCells: 1 },
    cifar10: { channels: 16, cells: 1, retrainCells: 5 },
  },
  sizes: [
    { channels: 4, cells: 1, retrainCells: 1 },
    { channels: 8, cells: 1, retrainCells: 1 },
    { channels: 8, cells: 1, retrainCells: 2 },
    { channels: 12, cells: 1, retrainCells: 2 },
    { channels: 16, cells: 1, retrainCells: 2 },
    { channels: 16, cells: 1, retrainCells: 3 },
    { channels: 16, cells: 1, retrainCells: 5 },
  ],
  hasAuxiliaryHead: false,
  hasDropPath: false,
  benchmark: nb201Benchmark,
  options: () => ({}),
  create: () => nb201Space(),
  macro({ shape, given, purpose }: MacroRequest<Nb201MacroGiven>): Nb201Macro {
    const isProxy = purpose === "search";
    return {
      ...shape,
      channels: given.channels ?? 16,
      cellsPerStage: given.cells ?? (isProxy ? 1 : 5),
      reduction: given.reduction ?? (isProxy ? "pool" : "residual"),
      affine: !isProxy,
      everyNorm: purpose === "one-network",
    };
  },
  describe: ({ cellsPerStage, channels }) =>
    `three stages of ${countOf(cellsPerStage, "cell")}, ${channels} channels in the first`,
};
