/** @file Two disjoint parts of the training images with the same share of every class: one trains weights, one the architecture. */
import { countOf } from "../count-of.ts";
import { IstaNasError } from "../error.ts";
import type { RandomStream } from "../random/index.ts";
import { indicesByClass } from "./class-indices.ts";
import type { ImageSplit } from "./image-split.ts";

export interface SplitTrainOptions {
  /** Share of the first part, between 0 and 1. 0.5 is what the method uses. */
  readonly fraction: number;
  readonly stream: RandomStream;
}

/** Indices into the split, ascending. */
export interface TrainParts {
  readonly first: Uint32Array;
  readonly second: Uint32Array;
}

/**
 * Splits each class by `fraction`, rounded so that the parts as a whole stay within one image of it. Throws
 * `E_SPLIT_FRACTION`, or `E_SPLIT_EMPTY` if a part would hold no image.
 */
export function splitTrain(split: ImageSplit, options: SplitTrainOptions): TrainParts {
  const { fraction, stream } = options;
  if (!(fraction > 0 && fraction < 1)) {
    throw new IstaNasError(`split: fraction got ${fraction}, expected a number between 0 and 1`, {
      code: "E_SPLIT_FRACTION",
      kind: "usage",
      hint: "0.5 gives halves",
    });
  }
  const classCount = split.labels.reduce((most, label) => Math.max(most, label + 1), 0);
  const first: number[] = [];
  const second: number[] = [];
  let seen = 0;
  for (const members of indicesByClass(split.labels, classCount)) {
    seen += members.length;
    const taken = Math.round(seen * fraction) - first.length;
    const shuffled = stream.shuffle([...members]);
    first.push(...shuffled.slice(0, taken));
    second.push(...shuffled.slice(taken));
  }
  if (first.length === 0 || second.length === 0) {
    throw new IstaNasError(`split: ${countOf(split.count, "image")} by ${fraction} leave a part without images`, {
      code: "E_SPLIT_EMPTY",
      kind: "usage",
      hint: "more training images are needed",
    });
  }
  return { first: Uint32Array.from(first).sort(), second: Uint32Array.from(second).sort() };
}
