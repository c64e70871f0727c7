/** @file A training that has left the numbers in which it can go on. */
import { IstaNasError } from "../error.ts";

export interface DivergenceFacts {
  /** Which step it was: `weight step` or `architecture step`. */
  readonly what: string;
  readonly loss: number;
  /** Norm of all gradients together; null where none is computed. */
  readonly gradientNorm: number | null;
  /** Null for a step that has none. */
  readonly learningRate: number | null;
  /** The largest loss that is allowed. */
  readonly maxLoss: number;
  /** Where the first number appeared that is not finite; null if all are, or if it was not found. */
  readonly origin: string | null;
}

/** `E_TRAIN_DIVERGED`. The weights are as they were before the step, unless the loss was finite and only too large. */
export class Divergence extends IstaNasError {
  readonly facts: DivergenceFacts;

  constructor(facts: DivergenceFacts) {
    const { what, loss, gradientNorm, learningRate, maxLoss, origin } = facts;
    const norm = gradientNorm === null ? "" : `, gradient norm ${gradientNorm}`;
    const rate = learningRate === null ? "" : ` at learning rate ${learningRate}`;
    const where = origin === null ? "" : `; not finite first in ${origin}`;
    super(`${what}: loss ${loss}${norm}${rate}, expected finite numbers and a loss of at most ${maxLoss}${where}`, {
      code: "E_TRAIN_DIVERGED",
      hint:
        what === "architecture step"
          ? "lower the rate of the architecture, or that of the weights"
          : "lower the learning rate",
    });
    this.facts = facts;
  }
}
