import { type Fitting, padColourOf } from "../data/index.ts";
import type { RunConfig } from "./run-config.ts";

/** How the images of a run came to their size, and how any image does that its network is to name. */
export function fittingOf({ data, normalisation }: Pick<RunConfig, "data" | "normalisation">): Fitting {
  return { fit: data.fit, padColour: data.fit === "pad" ? padColourOf(normalisation.mean) : [] };
}
