import { z } from "zod";
import { BOUNDS } from "../bounds.ts";
import type { NetworkShape } from "../network/index.ts";

const side = z.int().min(1).max(BOUNDS.imageSide);

/** What `config.json` says of every network; a space adds its own. */
export const networkShapeSchema: z.ZodType<NetworkShape> = z.object({
  imageSize: z.object({ height: side, width: side }),
  imageChannels: z.int().min(1).max(3),
  classCount: z.int().min(2).max(BOUNDS.classes),
  otherTasks: z
    .array(z.object({ name: z.string().min(1), classCount: z.int().min(2).max(BOUNDS.classes) }))
    .min(1)
    .exactOptional(),
});
