/** @file Cosine learning rate, by epoch: initial at epoch 0, towards final after the last one. */
import { exactCos } from "../random/index.ts";

/**
 * Learning rate of `epoch` (from 0) out of `epochs`: final + (initial - final) (1 + cos(pi epoch / epochs)) / 2. The step is
 * taken after the epoch, so epoch 0 trains at the initial rate; the published two-stage code steps before it and loses that one.
 */
export function cosineRate(initial: number, final: number, epoch: number, epochs: number): number {
  return final + ((initial - final) * (1 + exactCos((Math.PI * epoch) / epochs))) / 2;
}
