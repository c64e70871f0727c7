/** @file Paths whose weights take a step, and whose loss is perhaps measured before it. */
import type { Supports } from "../choice/index.ts";
import type { Device } from "../device/index.ts";
import type { SearchedSpace } from "../network/index.ts";
import { LossPass, WeightStep, type WeightStepOptions } from "../train/index.ts";
import { PathQueue } from "./path-queue.ts";

/** A path, and whether it is measured before it is trained. */
export interface Path {
  readonly supports: Supports;
  readonly isMeasured: boolean;
}

/** What one path runs: a pass that measures it, and a step that trains it. */
export interface WeightPrograms {
  /** Null for a path that is not measured. */
  readonly lossPass: LossPass | null;
  readonly weightStep: WeightStep;
}

export function weightPaths(
  device: Device,
  space: SearchedSpace,
  options: WeightStepOptions,
): PathQueue<Path, WeightPrograms> {
  return new PathQueue({
    async compile({ supports, isMeasured }) {
      const build = space.network(supports);
      const lossPass = isMeasured ? await LossPass.compile(device, build, options.batch) : null;
      return { lossPass, weightStep: await WeightStep.compile(device, build, options) };
    },
    release: releasePath,
    keyOf: ({ supports, isMeasured }) => `${supports.join("/")} ${isMeasured}`,
  });
}

/** Frees what the device keeps for a path. */
export function releasePath({ lossPass, weightStep }: WeightPrograms): void {
  lossPass?.release();
  weightStep.release();
}
