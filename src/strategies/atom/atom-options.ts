import type { SgdOptions } from "../../train/index.ts";
import type { PriceOptions } from "./channel-price.ts";

/** Complete options of AtomNAS. */
export interface AtomOptions extends Omit<SgdOptions, "finalLearningRate" | "maxLoss">, PriceOptions {
  readonly maxEpochs: number;
  readonly labelSmoothing: number;
  readonly auxiliaryWeight: number;
  /** A channel is dead whose scale and its moving average are no larger. */
  readonly deadScale: number;
}
