/**
 * @file Gradient accumulation: the batch of a step in equal parts, one after the other, whose gradients are added up. The mean over parts of the same size
 * is the mean over the batch, so the step is that of the whole batch, but for batch norm, which sees a part at a time.
 */
import { IstaNasError } from "../error.ts";
import type { MixtureWeights } from "../network/index.ts";
import { addRight } from "./task.ts";
import type { StepResult, TrainingBatch } from "./training-step.ts";

/** Images of one of `parts` equal parts of a batch. Throws `E_BATCH_PARTS` if there are no such parts. */
export function partSize(batch: number, parts: number): number {
  if (Number.isInteger(parts) && parts >= 1 && batch % parts === 0) return batch / parts;
  throw new IstaNasError(`--accumulate: got ${parts} for a batch of ${batch}, expected a number that divides it`, {
    code: "E_BATCH_PARTS",
    kind: "usage",
    hint: `choose a batch that is a multiple of ${parts}, or another number of parts`,
  });
}

/** The parts of a batch of `batch` images in their order. */
export function batchParts(whole: TrainingBatch, batch: number, parts: number): readonly TrainingBatch[] {
  if (parts === 1) return [whole];
  const { images, labels, otherLabels } = whole;
  const size = partSize(batch, parts);
  const length = images.length / batch;
  return Array.from({ length: parts }, (_, part) => ({
    images: slice(images, part * size * length, size * length),
    labels: slice(labels, part * size, size),
    ...(otherLabels === undefined ? {} : { otherLabels: otherLabels.map((other) => slice(other, part * size, size)) }),
  }));
}

/** Of a batch, from those of its parts. */
export function joinedResult(results: readonly StepResult[]): StepResult {
  return {
    loss: results.reduce((sum, { loss }) => sum + loss, 0) / results.length,
    ...addRight(results),
  };
}

/** The mean over parts of the gradients of mixture weights. */
export function meanGradients(parts: readonly MixtureWeights[]): MixtureWeights {
  const [first] = parts;
  if (parts.length === 1) return first!;
  return first!.map(({ length }, group) =>
    Float64Array.from({ length }, (_, entry) => parts.reduce((sum, of) => sum + of[group]![entry]!, 0) / parts.length),
  );
}

function slice(values: ArrayLike<number>, from: number, length: number): ArrayLike<number> {
  if (values instanceof Float32Array || values instanceof Float64Array) return values.subarray(from, from + length);
  return Array.prototype.slice.call(values, from, from + length) as number[];
}
