import { IstaNasError } from "../error.ts";
import type { ImageSplit } from "./image-split.ts";

/** Images and labels of static size, ready for a device. */
export interface Batch {
  /** `[N, H, W, C]`, normalised. */
  readonly images: Float32Array;
  /** `[N]`, class indices. */
  readonly labels: Float32Array;
  /** `[N]` each, class indices in the other tasks. Missing where there is one task. */
  readonly otherLabels?: readonly Float32Array[];
  /** Images that are real; those after it are zeros with label 0. */
  readonly count: number;
}

/** The labels of these images in the other tasks of a split, filled up to `batchSize` with 0. */
export function otherLabelsOf(
  { otherLabels }: ImageSplit,
  images: Uint32Array,
  batchSize: number,
): Pick<Batch, "otherLabels"> {
  if (otherLabels === undefined) return {};
  return {
    otherLabels: otherLabels.map((labels) => {
      const shown = new Float32Array(batchSize);
      for (const [place, image] of images.entries()) shown[place] = labels[image]!;
      return shown;
    }),
  };
}

/** Throws `E_BATCH_SIZE` unless `batchSize` is a positive integer. */
export function assertBatchSize(batchSize: number): void {
  if (Number.isInteger(batchSize) && batchSize >= 1) return;
  throw new IstaNasError(`batches: batch size got ${batchSize}, expected a whole number from 1`, {
    code: "E_BATCH_SIZE",
    kind: "usage",
    hint: "64 is a usual batch size",
  });
}

/** Throws `E_BATCH_INDEX`, a bug of the caller, unless `index` names one of `batchCount` batches. */
export function assertBatchIndex(index: number, batchCount: number): void {
  if (Number.isInteger(index) && index >= 0 && index < batchCount) return;
  throw new IstaNasError(`internal: batches: index got ${index}, expected 0 to ${batchCount - 1}`, {
    code: "E_BATCH_INDEX",
    kind: "internal",
  });
}
