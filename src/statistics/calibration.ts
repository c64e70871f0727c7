/**
 * @file Whether probabilities are what they say: of the images on which a network is 80 % sure, 80 % should be right. The expected calibration error of
 * Guo, Pleiss, Sun and Weinberger (2017), "On calibration of modern neural networks", equation 3.
 */

/** Bins of Guo et al. */
export const CALIBRATION_BINS = 15;

/** Images whose largest probability lies within one bin. */
export interface CalibrationBin {
  readonly images: number;
  /** Mean of their largest probabilities; null without images. */
  readonly confidence: number | null;
  /** Share of them that is right; null without images. */
  readonly accuracy: number | null;
}

export interface Calibration {
  /** Mean distance of accuracy and confidence over the bins, weighed by their images: 0 to 1, 0 is best. NaN without images. */
  readonly error: number;
  /** Of equal width: bin m of M holds confidences above m / M up to (m + 1) / M. */
  readonly bins: readonly CalibrationBin[];
}

/** `confidences`: the largest probability of each image, 0 to 1; `hits`: whether it is right. Throws `RangeError` for lists of different lengths. */
export function calibrationOf(
  confidences: readonly number[],
  hits: readonly boolean[],
  binCount: number = CALIBRATION_BINS,
): Calibration {
  if (confidences.length !== hits.length) {
    throw new RangeError(`calibration: got ${confidences.length} confidences and ${hits.length} hits`);
  }
  const sums = Array.from({ length: binCount }, () => ({ images: 0, confidence: 0, correct: 0 }));
  for (const [image, confidence] of confidences.entries()) {
    const sum = sums[binOf(confidence, binCount)]!;
    sum.images++;
    sum.confidence += confidence;
    if (hits[image]) sum.correct++;
  }
  const distance = sums.reduce((total, { correct, confidence }) => total + Math.abs(correct - confidence), 0);
  return {
    error: distance / confidences.length,
    bins: sums.map(({ images, confidence, correct }) => {
      if (images === 0) return { images, confidence: null, accuracy: null };
      return { images, confidence: confidence / images, accuracy: correct / images };
    }),
  };
}

/** By comparing with the bounds: a bound belongs to the bin below it, 0.2 to the third of 15, whatever 0.2 * 15 is rounded to. */
function binOf(confidence: number, binCount: number): number {
  let bin = 0;
  while (bin < binCount - 1 && confidence > (bin + 1) / binCount) bin++;
  return bin;
}
