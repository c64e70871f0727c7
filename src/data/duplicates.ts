/** @file Images with exactly the same pixels: found by a hash, confirmed byte by byte. */
import { type ImagePixels, imageLength } from "./image-split.ts";
import { pixelParts } from "./pixel-parts.ts";

/**
 * For each image the index of the first one with the same pixels, itself if there is none before it.
 */
export function firstOccurrences(pixels: ImagePixels): Uint32Array {
  const length = imageLength(pixels.shape);
  const firsts = new Uint32Array(pixels.count);
  const known = new Map<number, number[]>();
  let image = 0;
  for (const part of pixelParts(pixels)) {
    for (let start = 0; start < part.length; start += length) {
      const bytes = part.subarray(start, start + length);
      const key = hash(bytes);
      const candidates = known.get(key);
      const first = candidates?.find((other) => isEqual(bytes, pixels.range(other, other + 1)));
      firsts[image] = first ?? image;
      if (candidates === undefined) known.set(key, [image]);
      else if (first === undefined) candidates.push(image);
      image++;
    }
  }
  return firsts;
}

function hash(bytes: Uint8Array): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) h = Math.imul(h ^ bytes[i]!, 0x01000193);
  return h;
}

function isEqual(bytes: Uint8Array, others: Uint8Array): boolean {
  return bytes.every((byte, i) => byte === others[i]);
}

/** Counts of images that repeat an earlier one. */
export interface DuplicateCounts {
  /** Training images that repeat a training image. */
  readonly withinTrain: number;
  /** Test images that are also images of training, or for validation: they make the measured accuracy too good. */
  readonly acrossSplits: number;
  /** Images for validation that are also training images. Not there if there are none. */
  readonly inValidation?: number;
  /** Images of any split that repeat one of another class: one of the two labels is wrong. */
  readonly labelConflicts: number;
  /** The first few pairs, those across splits and with conflicts before others. */
  readonly examples: readonly DuplicatePair[];
}

export interface DuplicatePair {
  readonly first: string;
  readonly second: string;
  readonly isAcrossSplits: boolean;
  readonly isConflict: boolean;
}

const EXAMPLE_COUNT = 10;

export interface DuplicateQuestion {
  readonly firsts: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
  readonly train: ArrayLike<number>;
  readonly test: ArrayLike<number>;
  readonly validation?: ArrayLike<number>;
  nameOf(index: number): string;
}

/** Counts duplicates within and across the given splits, which are lists of indices. */
export function countDuplicates(question: DuplicateQuestion): DuplicateCounts {
  const { firsts, labels, train, test, validation = [], nameOf } = question;
  let [withinTrain, acrossSplits, labelConflicts, inValidation] = [0, 0, 0, 0];
  const pairs: DuplicatePair[] = [];
  const seen = {
    train: new Map<number, number>(),
    validation: new Map<number, number>(),
    test: new Map<number, number>(),
  };
  const visit = (image: number, split: keyof typeof seen): void => {
    const group = firsts[image]!;
    const [inTrain, validating] = [seen.train.get(group), seen.validation.get(group)];
    const earlier = inTrain ?? validating ?? seen.test.get(group);
    seen[split].set(group, earlier ?? image);
    if (earlier === undefined) return;
    const isOfTest = split === "test" && (inTrain ?? validating) !== undefined;
    const isOfValidation = split === "validation" && inTrain !== undefined;
    const isAcrossSplits = isOfTest || isOfValidation;
    const isConflict = labels[image] !== labels[earlier];
    if (split === "train") withinTrain++;
    if (isOfTest) acrossSplits++;
    if (isOfValidation) inValidation++;
    if (isConflict) labelConflicts++;
    pairs.push({ first: nameOf(earlier), second: nameOf(image), isAcrossSplits, isConflict });
  };
  for (let i = 0; i < train.length; i++) visit(train[i]!, "train");
  for (let i = 0; i < validation.length; i++) visit(validation[i]!, "validation");
  for (let i = 0; i < test.length; i++) visit(test[i]!, "test");
  const weight = (pair: DuplicatePair): number => Number(pair.isAcrossSplits) + Number(pair.isConflict);
  pairs.sort((a, b) => weight(b) - weight(a));
  const examples = pairs.slice(0, EXAMPLE_COUNT);
  return { withinTrain, acrossSplits, labelConflicts, ...(inValidation === 0 ? {} : { inValidation }), examples };
}
