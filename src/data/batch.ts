import { IstaNasError } from "../error.ts";

/** Images and labels of static size, ready for a device. */
export interface Batch {
  /** `[N, H, W, C]`, normalised. */
  readonly images: Float32Array;
  /** `[N]`, class indices. */
  readonly labels: Float32Array;
  /** Images that are real; those after it are zeros with label 0. */
  readonly count: number;
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
