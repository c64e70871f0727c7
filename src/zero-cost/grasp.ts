/**
 * @file GraSP (Wang, Zhang and Grosse 2020, equation 8): what taking a weight away does to the norm of the gradient, -w (H g), summed over all weights
 * (Abdelfattah et al. 2021), with H and g of the loss of one batch and a temperature of 1.
 *
 * The graph has no second derivatives, and differences of the gradient along itself, as DARTS takes them, do not converge here: each step of weights
 * crosses thousands of kinks of ReLUs, at which the published derivative is blind. But H is symmetric, so w (H g) is g (H w), and H w is what the gradient
 * gains where all weights grow by one factor. That changes no sign anywhere: no kink is crossed, and central differences are as good as exact.
 */
import { gradientScore } from "./gradient-score.ts";
import { withMovedWeights } from "./scored-weights.ts";
import type { ZeroCostScore } from "./zero-cost-score.ts";

/** Share by which weights grow and shrink: 1e-4 of the result is truncation, less is rounding in float32. */
const STEP = 0.01;

export const grasp: ZeroCostScore = gradientScore({
  name: "grasp",
  summary: "sum of -w (H g)",
  async score(gradients, images, device) {
    const own = await gradients.run(images);
    const scaled = (factor: number) =>
      withMovedWeights(
        device,
        gradients.weights,
        (value) => factor * value,
        () => gradients.run(images),
      );
    const [grown, shrunk] = [await scaled(1 + STEP), await scaled(1 - STEP)];
    let product = 0;
    for (const [weight, gradient] of own.entries()) {
      const [above, below] = [grown[weight]!, shrunk[weight]!];
      for (let at = 0; at < gradient.length; at++) product += gradient[at]! * (below[at]! - above[at]!);
    }
    return product / (2 * STEP);
  },
});
