/** @file The trial of a search whose steps are weight steps. */
import { WeightStep, type WeightStepOptions } from "../train/index.ts";
import type { Trial, TrialInputs } from "./strategy.ts";

/** Any that does no harm: what a step takes does not depend on it. */
const RATE = 0.01;

/** One weight step with these options, on one batch. */
export async function weightTrial(
  { device, space, supports }: TrialInputs,
  options: WeightStepOptions,
): Promise<Trial> {
  const weightStep = await WeightStep.compile(device, space.network(supports), options);
  const { network, peakBytes } = weightStep;
  const mixture = network.mixtures?.map(({ shape }) => new Float32Array(shape[0]!).fill(0.5)) ?? null;
  return {
    ...{ peakBytes, network },
    step: async (take) => {
      await take((images) => weightStep.run(images, { learningRate: RATE, mixture }));
    },
  };
}
