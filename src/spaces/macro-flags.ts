/** @file Sizes that several spaces ask for by the same words. */
import { BOUNDS } from "../bounds.ts";
import { type Flag, integerFlag } from "../options/index.ts";

/** `--channels` */
export const CHANNELS_FLAG: Flag<number> = integerFlag(
  "channels",
  "COUNT",
  "width of the first cells or searched layers, a multiple of 4 (default: 16)",
  { min: 1, max: BOUNDS.channels },
);

/** `--cells` */
export const CELLS_FLAG: Flag<number> = integerFlag(
  "cells",
  "COUNT",
  "number of cells (default: 8); nas-bench-201: cells a stage (default: 1 in the search, 5 in training)",
  { min: 1, max: BOUNDS.cells },
);
