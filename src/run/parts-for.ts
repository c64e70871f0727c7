/** Images of a part where a preset divides the batch of a step. */
const PART_IMAGES = 8;

/** The smallest number that divides all batches into parts of at most 8 images. */
export function partsFor(batches: readonly number[]): number {
  let parts = Math.ceil(Math.max(...batches) / PART_IMAGES);
  while (batches.some((batch) => batch % parts !== 0)) {
    parts++;
    // Batches without such a number are not divided.
    if (parts > Math.min(...batches)) return 1;
  }
  return parts;
}
