/** @file The trial of a search whose steps are weight steps, or begin with another pass. */
import type { MixtureWeights, NetworkBuilder } from "../network/index.ts";
import { type TrainingBatch, WeightStep, type WeightStepOptions } from "../train/index.ts";
import type { Trial, TrialInputs } from "./strategy.ts";

/** Any that does no harm: what a step takes does not depend on it. */
const RATE = 0.01;

/** A pass that comes before each weight step, on a batch of its own. */
interface FirstPass {
  readonly peakBytes: number;
  /** `mixture`: null for plain sums. */
  run(batch: TrainingBatch, mixture: MixtureWeights | null): Promise<unknown>;
}

/** One weight step with these options, on one batch, after the pass that `compileFirst` makes, if it is given. */
export async function weightTrial(
  { device, space, supports }: TrialInputs,
  options: WeightStepOptions,
  compileFirst?: (build: NetworkBuilder) => Promise<FirstPass>,
): Promise<Trial> {
  const build = space.network(supports);
  const weightStep = await WeightStep.compile(device, build, options);
  const first = await compileFirst?.(build);
  const { network } = weightStep;
  const mixture = network.mixtures?.map(({ shape }) => new Float32Array(shape[0]!).fill(0.5)) ?? null;
  return {
    network,
    // Both programs use one block in turn.
    peakBytes: Math.max(weightStep.peakBytes, first?.peakBytes ?? 0),
    step: async (take) => {
      if (first !== undefined) await take((images) => first.run(images, mixture));
      await take((images) => weightStep.run(images, { learningRate: RATE, mixture }));
    },
  };
}
