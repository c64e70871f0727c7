/** @file From logits to classes. */

/** Index of the largest logit of one image; among equal ones the first. */
export function predictedClass(logits: ArrayLike<number>, image: number, classCount: number): number {
  let best = 0;
  for (let k = 1; k < classCount; k++) {
    if (logits[image * classCount + k]! > logits[image * classCount + best]!) best = k;
  }
  return best;
}

/** How many of the first `count` images have their label's logit as the largest. Logits `[N, classCount]`, labels `[N]`. */
export function countCorrect(logits: ArrayLike<number>, labels: ArrayLike<number>, count: number): number {
  const classCount = logits.length / labels.length;
  let correct = 0;
  for (let image = 0; image < count; image++) {
    if (predictedClass(logits, image, classCount) === labels[image]) correct++;
  }
  return correct;
}

/**
 * How many classes stand before `label` if those of one image are ordered by their logits, equal ones by their numbers: 0 where it is the predicted class.
 * Logits or probabilities `[N, classCount]`.
 */
export function labelPlace(logits: ArrayLike<number>, image: number, classCount: number, label: number): number {
  const start = image * classCount;
  const own = logits[start + label]!;
  let place = 0;
  for (let k = 0; k < classCount; k++) {
    const other = logits[start + k]!;
    if (other > own || (other === own && k < label)) place++;
  }
  return place;
}
