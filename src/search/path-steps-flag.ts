/** @file For how long a strategy keeps a path of candidates, of those that draw one after the other. */
import { z } from "zod";
import { type Flag, integerFlag } from "../options/index.ts";

const MOST_PATH_STEPS = 1000;

/** `--path-steps` */
export const PATH_STEPS_FLAG: Flag<number> = integerFlag(
  "path-steps",
  "COUNT",
  "dsnas, gdas, measured, random-ws, one-shot, spos: steps that a path of kept candidates is held for (default: 1)",
  { min: 1, max: MOST_PATH_STEPS },
);

/** Of the option. */
export const pathStepsSchema: z.ZodType<number> = z.int().min(1).max(MOST_PATH_STEPS);
