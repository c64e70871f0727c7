/** @file Images with exactly the same pixels: found by a hash, confirmed byte by byte. */
import { type ImageShape, imageLength } from "./image-split.ts";

/**
 * For each image the index of the first one with the same pixels, itself if there is none before it. Pixels `[N, H, W, C]`.
 */
export function firstOccurrences(pixels: Uint8Array, shape: ImageShape): Uint32Array {
  const length = imageLength(shape);
  const count = pixels.length / length;
  const firsts = new Uint32Array(count);
  const known = new Map<number, number[]>();
  for (let image = 0; image < count; image++) {
    const bytes = pixels.subarray(image * length, (image + 1) * length);
    const key = hash(bytes);
    const candidates = known.get(key);
    const first = candidates?.find((other) => isEqual(bytes, pixels, other * length));
    firsts[image] = first ?? image;
    if (candidates === undefined) known.set(key, [image]);
    else if (first === undefined) candidates.push(image);
  }
  return firsts;
}

function hash(bytes: Uint8Array): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) h = Math.imul(h ^ bytes[i]!, 0x01000193);
  return h;
}

function isEqual(bytes: Uint8Array, pixels: Uint8Array, start: number): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== pixels[start + i]) return false;
  return true;
}

/** Counts of images that repeat an earlier one. */
export interface DuplicateCounts {
  /** Training images that repeat a training image. */
  readonly withinTrain: number;
  /** Test images that are also training images: they make the measured accuracy too good. */
  readonly acrossSplits: number;
  /** Images, training or test, that repeat one of another class: one of the two labels is wrong. */
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
  nameOf(index: number): string;
}

/** Counts duplicates within and across the given splits, which are lists of indices. */
export function countDuplicates(question: DuplicateQuestion): DuplicateCounts {
  const { firsts, labels, train, test, nameOf } = question;
  let [withinTrain, acrossSplits, labelConflicts] = [0, 0, 0];
  const pairs: DuplicatePair[] = [];
  const trained = new Map<number, number>();
  const tested = new Map<number, number>();
  const visit = (image: number, isTest: boolean): void => {
    const group = firsts[image]!;
    const inTrain = trained.get(group);
    const earlier = inTrain ?? tested.get(group);
    (isTest ? tested : trained).set(group, earlier ?? image);
    if (earlier === undefined) return;
    const isAcrossSplits = isTest && inTrain !== undefined;
    const isConflict = labels[image] !== labels[earlier];
    if (!isTest) withinTrain++;
    if (isAcrossSplits) acrossSplits++;
    if (isConflict) labelConflicts++;
    pairs.push({ first: nameOf(earlier), second: nameOf(image), isAcrossSplits, isConflict });
  };
  for (let i = 0; i < train.length; i++) visit(train[i]!, false);
  for (let i = 0; i < test.length; i++) visit(test[i]!, true);
  const weight = (pair: DuplicatePair): number => Number(pair.isAcrossSplits) + Number(pair.isConflict);
  pairs.sort((a, b) => weight(b) - weight(a));
  return { withinTrain, acrossSplits, labelConflicts, examples: pairs.slice(0, EXAMPLE_COUNT) };
}
