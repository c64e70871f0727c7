/**
 * @file The hard choice of Gumbel-softmax (Dong and Yang 2019, "Searching for a robust neural architecture in four GPU hours", equations 3 to 5), for
 * groups that keep one candidate or more.
 */
import { exactLog, type RandomStream } from "../../random/index.ts";
import { softmax } from "../../search/index.ts";

export interface GumbelSample {
  /** Indices of the candidates with the largest noisy logits, ascending. */
  readonly support: readonly number[];
  /** Softmax of (log softmax(logits) + noise) / temperature over all candidates. */
  readonly probabilities: readonly number[];
}

/** `noise`: of each candidate a standard Gumbel variable. The logits' own softmax drops out of the one with noise. */
export function gumbelSample(
  logits: ArrayLike<number>,
  {
    sparsity,
    temperature,
    noise,
  }: { readonly sparsity: number; readonly temperature: number; readonly noise: readonly number[] },
): GumbelSample {
  const noisy = Array.from(logits, (logit, index) => logit + noise[index]!);
  const order = noisy.map((_, index) => index).sort((a, b) => noisy[b]! - noisy[a]! || a - b);
  const support = order.slice(0, sparsity).sort((a, b) => a - b);
  return { support, probabilities: softmax(noisy, temperature) };
}

/** A standard Gumbel variable for each candidate. */
export function gumbelNoise(count: number, stream: RandomStream): readonly number[] {
  // 1 - u is above 0, and so is -log of it but for u = 0.
  return Array.from({ length: count }, () => -exactLog(Math.max(-exactLog(1 - stream.uniform()), Number.MIN_VALUE)));
}

/**
 * Gradient of the loss by the logits through the hard choice, whose value is that of the choice and whose derivative is that of the probabilities.
 *
 * @param gradients of the loss by the multiplier of each kept candidate; those of the others are not computed, and count as zero
 */
export function straightThrough(
  { support, probabilities }: GumbelSample,
  gradients: ArrayLike<number>,
  temperature: number,
): readonly number[] {
  const along = support.reduce((sum, index, place) => sum + gradients[place]! * probabilities[index]!, 0);
  return probabilities.map((probability, index) => {
    const place = support.indexOf(index);
    const own = place < 0 ? 0 : gradients[place]!;
    return (probability * (own - along)) / temperature;
  });
}
