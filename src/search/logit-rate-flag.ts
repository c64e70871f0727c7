/** @file The rate at which logits of candidates move, of the strategies that have such. */
import { type Flag, numberFlag } from "../options/index.ts";

/** As published with DARTS and GDAS. */
export const LOGIT_RATE = 3e-4;

/** `--logit-rate` */
export const LOGIT_RATE_FLAG: Flag<number> = numberFlag(
  "logit-rate",
  "RATE",
  `darts, dsnas, gdas, mtl: rate of Adam on the logits of candidates or gates (default: ${LOGIT_RATE}; dsnas, mtl: 0.001)`,
  { min: 0 },
);
