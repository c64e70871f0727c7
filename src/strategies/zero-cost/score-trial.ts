/** @file The trial of a search without training: one architecture is scored, with all of its programs compiled, as for each that is drawn. */
import type { Trial, TrialInputs } from "../../search/index.ts";
import { LossPass } from "../../train/index.ts";
import { scoreDrawn, scoresOf } from "./score-drawn.ts";
import type { ZeroCostOptions } from "./zero-cost-search.ts";

export async function scoreTrial({ device, space, supports }: TrialInputs, options: ZeroCostOptions): Promise<Trial> {
  const { batch } = options;
  const build = space.network(supports);
  let peakBytes = 0;
  // One after the other, as they run: all use one block in turn.
  for (const { compile } of [LossPass, ...scoresOf(options.scores)]) {
    const pass = await compile(device, build, batch);
    peakBytes = Math.max(peakBytes, pass.peakBytes);
    pass.release();
  }
  const mode = { kind: "train", updatesRunning: false } as const;
  return {
    peakBytes,
    network: build({ mode, batch, mixture: false, dropPath: false, auxiliaryHead: false }),
    step: async (take) => {
      await take((images) => scoreDrawn(device, build, options, images));
    },
  };
}
