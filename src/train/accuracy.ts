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

/** The same for each class of labels: how many images it has, and how many of them are right. */
export function countCorrectByClass(
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  classCount: number,
): readonly { readonly correct: number; readonly images: number }[] {
  const counts = Array.from({ length: classCount }, () => ({ correct: 0, images: 0 }));
  for (let image = 0; image < labels.length; image++) {
    const row = counts[labels[image]!]!;
    row.images++;
    if (predictedClass(logits, image, classCount) === labels[image]) row.correct++;
  }
  return counts;
}
