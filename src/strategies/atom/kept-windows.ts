/** @file What widths say of windows: which are kept, and how many channels there are. */
import type { Supports, Widths } from "../../choice/index.ts";

/** Those that have channels. */
export function supportsOf(widths: Widths): Supports {
  return widths.map((ofLayer) => ofLayer.flatMap((width, index) => (width > 0 ? [index] : [])));
}

/** Inside all layers. */
export function channelCount(widths: Widths): number {
  return widths.flat().reduce((sum, width) => sum + width, 0);
}
