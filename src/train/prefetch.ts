/**
 * @file Makes the next batch while a step computes, so that the compute threads do not wait for it. One batch ahead, in the
 * order of the source: which images a step sees does not depend on how long anything takes.
 */
import { setImmediate } from "node:timers/promises";
import { IstaNasError } from "../error.ts";
import type { BatchSource, TrainingBatch } from "./training-step.ts";

/** A batch, or why it could not be made. */
type Prepared = { readonly batch: TrainingBatch } | { readonly error: unknown };

export class Prefetch {
  readonly #batches: Iterator<TrainingBatch, unknown>;
  readonly #clock: () => number;
  #prepared: Prepared | null = null;
  #stallSeconds = 0;

  /** `batches` makes each batch when it is asked for it, in arrays of its own. `clock` in seconds, never going back. */
  constructor(batches: Iterable<TrainingBatch, unknown>, clock: () => number) {
    this.#batches = batches[Symbol.iterator]();
    this.#clock = clock;
  }

  /**
   * Starts a step on the next batch, makes the batch after it meanwhile, and waits for the step. A batch that cannot be
   * made fails the step that it is for, not the one in progress.
   */
  async step<Result>(start: (batch: TrainingBatch) => Promise<Result>): Promise<Result> {
    if (this.#prepared === null) this.#stallSeconds += this.#prepare();
    const batch = this.#take();
    let hasEnded = false;
    const end = () => {
      hasEnded = true;
    };
    const running = start(batch);
    running.then(end, end);
    const seconds = this.#prepare();
    // A device reports through the event loop, which stood still while the batch was made: two turns, for one may be half over.
    await setImmediate();
    await setImmediate();
    if (hasEnded) this.#stallSeconds += seconds;
    return running;
  }

  /**
   * Seconds since the last call in which a step could have run, but its batch was not ready. At most: of a batch that was
   * being made when the step before it ended all seconds count, since when the step ended is not known.
   */
  takeStallSeconds(): number {
    const seconds = this.#stallSeconds;
    this.#stallSeconds = 0;
    return seconds;
  }

  /** Makes the next batch, if there is one. Returns the seconds that took. */
  #prepare(): number {
    const from = this.#clock();
    try {
      const { done, value } = this.#batches.next();
      this.#prepared = done === true ? null : { batch: value };
    } catch (error) {
      this.#prepared = { error };
    }
    return this.#clock() - from;
  }

  #take(): TrainingBatch {
    const prepared = this.#prepared;
    this.#prepared = null;
    if (prepared === null) {
      throw new IstaNasError("internal: prefetch: got a step, expected none after the last batch", {
        code: "E_BATCH_INDEX",
        kind: "internal",
      });
    }
    if ("error" in prepared) throw prepared.error;
    return prepared.batch;
  }
}

/** A place in a training: `epoch` epochs are over, and `step` steps of the next one. */
export interface TrainingPlace {
  readonly epoch: number;
  readonly step: number;
}

/** The batches of `steps` steps an epoch: at each step one of every source, in the order of the sources. */
export function* batchesInOrder(
  sources: readonly BatchSource[],
  epochs: number,
  steps: number,
  from: TrainingPlace = { epoch: 0, step: 0 },
): Generator<TrainingBatch> {
  for (let epoch = from.epoch; epoch < epochs; epoch++) {
    for (let index = epoch === from.epoch ? from.step : 0; index < steps; index++) {
      for (const source of sources) yield source.batch(epoch, index);
    }
  }
}
