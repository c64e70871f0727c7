import { BOUNDS } from "../bounds.ts";
import { type Flag, integerFlag } from "../options/index.ts";

/** `--max-search-epochs`, for a search that ends by itself and is ended at some time all the same. */
export const MAX_SEARCH_EPOCHS_FLAG: Flag<number> = integerFlag(
  "max-search-epochs",
  "COUNT",
  "one-stage, dsnas: epochs after which groups that still move are frozen; atom: epochs with a price (default: 120)",
  { min: 1, max: BOUNDS.epochs },
);
