/** @file The programs of a path, made ready while the step before it computes: every step may keep other candidates than the one before. */
import type { Supports } from "../choice/index.ts";
import type { Device } from "../device/index.ts";
import type { SearchedSpace } from "../network/index.ts";
import { LossPass, WeightStep, type WeightStepOptions } from "../train/index.ts";

/** What one path runs: a pass that measures it, and a step that trains it. */
interface PathPrograms {
  /** Null for a path that is not measured. */
  readonly lossPass: LossPass | null;
  readonly weightStep: WeightStep;
}

/** A path, and whether it is measured before it is trained. */
export interface Path {
  readonly supports: Supports;
  readonly isMeasured: boolean;
}

export class PathQueue {
  readonly #device: Device;
  readonly #space: SearchedSpace;
  readonly #options: WeightStepOptions;
  #next: { readonly path: Path; readonly programs: Promise<PathPrograms> } | null = null;

  constructor(device: Device, space: SearchedSpace, options: WeightStepOptions) {
    this.#device = device;
    this.#space = space;
    this.#options = options;
  }

  /** Begins to make the programs of the path that comes next. */
  prepare(path: Path): void {
    const programs = this.#compile(path);
    // What went wrong is thrown where the programs are taken.
    programs.catch(() => {});
    this.#next = { path, programs };
  }

  /** The programs of a path: those that were prepared, if they are of this one. They are the caller's to release. */
  async take(path: Path): Promise<PathPrograms> {
    const next = this.#next;
    this.#next = null;
    if (next !== null) {
      if (isSame(next.path, path)) return next.programs;
      releasePath(await next.programs);
    }
    return this.#compile(path);
  }

  async #compile({ supports, isMeasured }: Path): Promise<PathPrograms> {
    const build = this.#space.network(supports);
    const lossPass = isMeasured ? await LossPass.compile(this.#device, build, this.#options.batch) : null;
    return { lossPass, weightStep: await WeightStep.compile(this.#device, build, this.#options) };
  }
}

/** Frees what the device keeps for a path. */
export function releasePath({ lossPass, weightStep }: PathPrograms): void {
  lossPass?.release();
  weightStep.release();
}

function isSame(a: Path, b: Path): boolean {
  return a.isMeasured === b.isMeasured && a.supports.join("/") === b.supports.join("/");
}
