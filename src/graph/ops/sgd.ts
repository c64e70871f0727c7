/**
 * @file Stochastic gradient descent with momentum, weight decay and clipping by the norm of all gradients together, in
 * place, as PyTorch does it: g <- g * min(1, clipNorm / (|g| + 1e-6)); g <- g + decay * p; v <- momentum * v + g;
 * p <- p - rate * v. A velocity that starts at zero gives PyTorch's first step. Where the norm is not finite, nothing moves.
 */
import type { RulesOf } from "../op-rule.ts";
import { expectSameShape, shapeError } from "../shape.ts";

interface SgdAttributes {
  readonly momentum: number;
  readonly weightDecay: number;
  /** Largest norm of all gradients together; 0 = no clipping. */
  readonly clipNorm: number;
}

export interface SgdOps {
  /** (learning rate `[1]`, then parameter, gradient, velocity for each parameter) -> norm `[1]` of all gradients, before clipping */
  sgd: SgdAttributes;
}

export const sgdRules: RulesOf<SgdOps> = {
  sgd: {
    shapes(inputs) {
      if (inputs.length < 4 || inputs.length % 3 !== 1) {
        throw shapeError("sgd", `${inputs.length} inputs`, "a learning rate and three for each parameter");
      }
      for (let i = 1; i < inputs.length; i += 3) {
        expectSameShape("sgd gradient", inputs[i + 1]!, inputs[i]!);
        expectSameShape("sgd velocity", inputs[i + 2]!, inputs[i]!);
      }
      return [[1]];
    },
    gradient: "it changes its parameters in place",
    mutates(inputCount) {
      const indices: number[] = [];
      for (let i = 1; i < inputCount; i += 3) indices.push(i, i + 2);
      return indices;
    },
  },
};
