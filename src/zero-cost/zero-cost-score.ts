/** @file What a zero-cost score is: a number that a network gets as it is initialised, before anything is trained. */
import type { Device } from "../device/index.ts";
import type { NetworkBuilder, NetworkPass } from "../network/index.ts";
import type { TrainingBatch } from "../train/index.ts";

/** A score, compiled for one network and one size of batch. */
export interface ScorePass {
  /** Bytes of its largest program; 0 for one that computes nothing. */
  readonly peakBytes: number;
  /**
   * The higher, the better its network is said to be; without a unit, and comparable among networks of one space alone. Not a finite number where the
   * network has no such score. Values of the device are then as they were, to the bit.
   */
  score(batch: TrainingBatch): Promise<number>;
  release(): void;
}

export interface ZeroCostScore {
  /** As it is given on the command line, such as `jacob-cov`. */
  readonly name: string;
  /** What it looks at, in a few words. */
  readonly summary: string;
  /** The most that it takes: sizes alone, the values of the weights, images without their labels, or both. */
  readonly needs: "sizes" | "weights" | "images" | "labels";
  /** `build`: a network that needs no mixture weights, whose values the device holds before the score is taken. `batch`: images of the batch. */
  compile(device: Device, build: NetworkBuilder, batch: number): Promise<ScorePass>;
}

/** What a network is built for to be scored: batch norm goes by the statistics of the batch, as published, and running statistics stay as they are. */
export const SCORED_PASS: Omit<NetworkPass, "batch"> = {
  mode: { kind: "train", updatesRunning: false },
  ...{ mixture: false, dropPath: false, auxiliaryHead: false },
};
