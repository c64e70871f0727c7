/** @file Two fused networks as people choose them. */
import { z } from "zod";
import { BOUNDS } from "../../bounds.ts";
import { choiceFlag } from "../../options/index.ts";
import { CHANNELS_FLAG } from "../macro-flags.ts";
import { networkShapeSchema } from "../network-shape-schema.ts";
import type { MacroRequest, SpaceKind } from "../space-kind.ts";
import { BACKBONES, scaled, stageCount } from "./backbone.ts";
import type { Fusion } from "./fusion.ts";
import type { FusionMacro } from "./network.ts";
import { fusionSpace } from "./space.ts";

interface Options {
  readonly backbone: keyof typeof BACKBONES;
}

export type FusionGiven = Partial<Options>;

export interface FusionMacroGiven {
  readonly channels?: number;
}

const MOST_BLOCKS = 8;

const macroSchema: z.ZodType<FusionMacro> = networkShapeSchema.and(
  z.object({
    backbone: z
      .array(
        z.object({
          channels: z.int().min(4).max(BOUNDS.channels).multipleOf(4),
          stages: z.int().min(1).max(BOUNDS.cells),
        }),
      )
      .min(1)
      .max(MOST_BLOCKS),
  }),
);

export const fusionKind: SpaceKind<Fusion, FusionMacro, Options, FusionGiven, FusionMacroGiven> = {
  kind: "fusion",
  summary: "two networks on one image, one a task, as in MTL-NAS: which of their stages hand features to the other",
  flags: {
    backbone: choiceFlag(
      "backbone",
      ["small", "vgg16"],
      "fusion: widths and depths of both networks, for images of 28 to 64 pixels or those of VGG-16 (default: small)",
    ),
  },
  macroFlags: { channels: CHANNELS_FLAG },
  optionsSchema: z.object({ backbone: z.enum(["small", "vgg16"]) }),
  macroSchema,
  presets: { demo: { channels: 8 }, cifar10: {}, imagenet: { backbone: "vgg16" } },
  sizes: [4, 8, 12, 16, 24, 32].map((channels) => ({ channels })),
  hasAuxiliaryHead: false,
  hasDropPath: false,
  options: ({ backbone = "small" }: FusionGiven): Options => ({ backbone }),
  create: ({ backbone }) => fusionSpace(BACKBONES[backbone]),
  macro: ({ shape, given }: MacroRequest<FusionMacroGiven>, { backbone }: Options): FusionMacro => ({
    ...shape,
    backbone: scaled(BACKBONES[backbone], given.channels),
  }),
  describe: ({ backbone }) =>
    `two networks of ${stageCount(backbone)} stages, ${backbone[0]!.channels} channels in the first`,
};
