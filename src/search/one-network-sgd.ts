import type { RetrainOptions } from "../train/index.ts";
import { type SuperNetSgd, stepParts } from "./super-net-sgd.ts";

/** How weights are trained in a search whose network is the one that is trained on. */
interface OneNetworkSgd extends SuperNetSgd {
  readonly labelSmoothing: number;
  readonly auxiliaryWeight: number;
}

/** As the training that comes afterwards, but for what falls or grows by its epochs. */
export function oneNetworkSgd(training: RetrainOptions): OneNetworkSgd {
  const { batch, learningRate, momentum, weightDecay, clipNorm, labelSmoothing, auxiliaryWeight, recompute } = training;
  return {
    ...{ batch, learningRate, momentum, weightDecay, clipNorm, labelSmoothing, auxiliaryWeight, recompute },
    ...stepParts(training),
  };
}
