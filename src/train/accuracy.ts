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
