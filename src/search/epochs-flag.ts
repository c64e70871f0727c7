import { BOUNDS } from "../bounds.ts";
import { type Flag, integerFlag } from "../options/index.ts";

/** `--epochs`, for a strategy with a number of epochs that is given beforehand; `train` has it too. */
export const EPOCHS_FLAG: Flag<number> = integerFlag(
  "epochs",
  "COUNT",
  "epochs of the search, or of train (default: 50 of search, 100 of training)",
  { min: 1, max: BOUNDS.epochs },
);
