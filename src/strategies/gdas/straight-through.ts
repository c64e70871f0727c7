/**
 * @file The gradient through the hard choice of Gumbel-softmax (Dong and Yang 2019, "Searching for a robust neural architecture in four GPU hours",
 * equations 3 to 5), for groups that keep one candidate or more.
 */
import type { GumbelSample } from "../../search/index.ts";

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
