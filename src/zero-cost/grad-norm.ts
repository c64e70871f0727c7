/** @file The norm of the gradient of one batch, added up over the weights of all layers (Abdelfattah et al. 2021, section 3.2): sum over layers of ||dL/dW||. */
import { gradientScore } from "./gradient-score.ts";
import type { ZeroCostScore } from "./zero-cost-score.ts";

export const gradNorm: ZeroCostScore = gradientScore({
  name: "grad-norm",
  summary: "sum over layers of the norm of dL/dW",
  async score(gradients, images) {
    let sum = 0;
    for (const gradient of await gradients.run(images)) {
      let squares = 0;
      for (let index = 0; index < gradient.length; index++) squares += gradient[index]! ** 2;
      sum += Math.sqrt(squares);
    }
    return sum;
  },
});
