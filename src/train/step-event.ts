/** @file The event of one step, of a search or of a training. */

export interface StepEvent<Kind extends string> {
  readonly kind: Kind;
  /** From 1, as is `step`. */
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  /** Steps of an epoch. */
  readonly steps: number;
  readonly loss: number;
}
