/** @file The gradient of DSNAS (Hu et al. 2020, "DSNAS: direct neural architecture search without parameter retraining", equations 8 to 11). */

/**
 * d log p(kept c) / d logits times the gradient of the loss by the multiplier of c, summed over what is kept: no second pass is needed, and nothing that was not
 * sampled is computed.
 *
 * @param probabilities softmax of the logits
 * @param support kept candidates, by index
 * @param gradients of the loss by their multipliers
 */
export function scoreGradient(
  probabilities: readonly number[],
  support: readonly number[],
  gradients: ArrayLike<number>,
): readonly number[] {
  const all = support.reduce((sum, _, place) => sum + gradients[place]!, 0);
  return probabilities.map((probability, index) => {
    const place = support.indexOf(index);
    return (place < 0 ? 0 : gradients[place]!) - all * probability;
  });
}
