/** @file The chain of inverted residuals as people choose it. */
import { z } from "zod";
import { BOUNDS } from "../../bounds.ts";
import { choiceFlag } from "../../options/index.ts";
import { CHANNELS_FLAG } from "../macro-flags.ts";
import { networkShapeSchema } from "../network-shape-schema.ts";
import type { MacroRequest, SpaceKind } from "../space-kind.ts";
import { atomSpace } from "./atom-space.ts";
import type { Chain } from "./chain.ts";
import type { MobileMacro } from "./network.ts";
import { mobileSpace } from "./space.ts";
import { CHAIN_SHAPES, type ChainShape, scaled } from "./stages.ts";

interface Options {
  readonly chain: keyof typeof CHAIN_SHAPES;
  /** `atoms`: windows side by side, of any width, for a strategy that asks for them. Missing: one of six blocks. */
  readonly layerKind?: "atoms" | undefined;
}

export type MobileGiven = Partial<Pick<Options, "chain">>;

export interface MobileMacroGiven {
  readonly channels?: number;
}

const width = z.int().min(4).max(BOUNDS.channels).multipleOf(4);
const stride = z.int().min(1).max(2);
const MOST_STAGES = 32;

const shapeSchema: z.ZodType<ChainShape> = z.object({
  stem: z.object({ channels: width, stride }),
  firstChannels: width,
  stages: z
    .array(z.object({ channels: width, layers: z.int().min(1).max(BOUNDS.cells), stride }))
    .min(1)
    .max(MOST_STAGES),
  headChannels: width,
});

export const mobileKind: SpaceKind<Chain, MobileMacro, Options, MobileGiven, MobileMacroGiven> = {
  kind: "mobile",
  summary: "chain of inverted residuals as in ProxylessNAS: expansion and window of every layer, or none",
  flags: {
    chain: choiceFlag(
      "chain",
      ["small", "imagenet"],
      "mobile: widths, repeats and strides, for images of 28 to 64 pixels or as published for 224 (default: small)",
    ),
  },
  macroFlags: { channels: CHANNELS_FLAG },
  optionsSchema: z.object({ chain: z.enum(["small", "imagenet"]), layerKind: z.literal("atoms").optional() }),
  macroSchema: networkShapeSchema.and(z.object({ shape: shapeSchema, affine: z.boolean() })),
  presets: { demo: { channels: 8 }, cifar10: {}, imagenet: { chain: "imagenet" } },
  sizes: [4, 8, 12, 16, 24, 32].map((channels) => ({ channels })),
  hasAuxiliaryHead: false,
  hasDropPath: false,
  options: ({ chain = "small", layerKind }: Partial<Options>): Options =>
    layerKind === undefined ? { chain } : { chain, layerKind },
  create: ({ chain, layerKind }) => (layerKind === "atoms" ? atomSpace : mobileSpace)(CHAIN_SHAPES[chain]),
  macro({ shape, given, purpose }: MacroRequest<MobileMacroGiven>, { chain }: Options): MobileMacro {
    return { ...shape, shape: scaled(CHAIN_SHAPES[chain], given.channels), affine: purpose !== "search" };
  },
  describe: ({ shape }) => `${layerCount(shape)} searched layers, ${shape.stages[0]!.channels} channels in the first`,
};

function layerCount({ stages }: ChainShape): number {
  return stages.reduce((count, { layers }) => count + layers, 0);
}
