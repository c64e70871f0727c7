/** @file The figures of `npm run bench`. */
import type { Figure } from "./figure.ts";
import { recoveryFigure } from "./recovery.ts";
import { startFigures } from "./start.ts";
import { TrainingRig } from "./training-rig.ts";

/** Threads of all figures but the one on one thread. */
export const THREADS = 2;

/** The network of most figures, and of the targets. */
export const NETWORK = { channels: 16, layers: 8, batch: 64, image: 32 } as const;

const RUNS = 3;

export interface QuickSet {
  readonly figures: readonly Figure[];
  close(): Promise<void>;
}

export function quickSet(): QuickSet {
  const mixed = new TrainingRig({ ...NETWORK, cells: "mixed", threads: THREADS });
  const separable = new TrainingRig({ ...NETWORK, cells: "separable", threads: THREADS });
  const oneThread = new TrainingRig({ ...NETWORK, cells: "mixed", threads: 1 });
  const { help, node } = startFigures(RUNS);
  const step = (name: string, run: () => Promise<void>) => ({ name, runs: RUNS, run });
  return {
    figures: [
      step("weight-step-mixed", () => mixed.weightStep()),
      step("weight-step-mixed-one-thread", () => oneThread.weightStep()),
      step("weight-step-separable", () => separable.weightStep()),
      step("architecture-step-mixed", () => mixed.architectureStep()),
      step("architecture-step-separable", () => separable.architectureStep()),
      step("iteration-mixed", () => mixed.iteration()),
      step("inference-mixed", () => mixed.inference()),
      recoveryFigure(),
      help,
      node,
    ],
    async close() {
      for (const rig of [mixed, separable, oneThread]) await rig.close();
    },
  };
}
