/**
 * @file A choice by the largest of logits with Gumbel noise: of one candidate, as likely as softmax of the logits says; of several, as if they were drawn
 * one after the other without putting back (Kool et al. 2019).
 */
import { exactLog, type RandomStream } from "../random/index.ts";
import { softmax } from "./candidate-logits.ts";

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
