/** Probabilities `[N, classCount]` of logits of that shape, for people to read: nothing that is trained depends on them. */
export function softmax(logits: ArrayLike<number>, classCount: number): Float64Array {
  const probabilities = new Float64Array(logits.length);
  for (let start = 0; start < logits.length; start += classCount) {
    let largest = -Infinity;
    for (let k = 0; k < classCount; k++) largest = Math.max(largest, logits[start + k]!);
    let total = 0;
    for (let k = 0; k < classCount; k++) {
      probabilities[start + k] = Math.exp(logits[start + k]! - largest);
      total += probabilities[start + k]!;
    }
    for (let k = 0; k < classCount; k++) probabilities[start + k]! /= total;
  }
  return probabilities;
}
