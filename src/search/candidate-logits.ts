/** @file Logits of the candidates of each group, of which softmax makes a distribution, and Adam on them. */
import type { ChoiceGroup, Supports } from "../choice/index.ts";
import { exactExp, type RandomStreams } from "../random/index.ts";
import { Adam, type AdamState } from "../train/index.ts";
import type { SelectedGroup } from "./search-event.ts";

/** Plain data. */
export interface LogitsState {
  /** For each group the logit of each candidate, or the one of its gate. */
  readonly logits: readonly (readonly number[])[];
  readonly optimizers: readonly AdamState[];
}

export interface LogitsOptions {
  readonly groups: readonly ChoiceGroup[];
  /** Where the first logits come from. */
  readonly streams: RandomStreams;
  /** Rate of Adam; betas are its defaults, those of the published codes. */
  readonly rate: number;
  /** Default: Adam's, 1e-3. */
  readonly decay?: number;
}

/** The first logits, as published: a thousandth of standard normal numbers. */
const START = 1e-3;

export class CandidateLogits {
  readonly #groups: readonly ChoiceGroup[];
  readonly #logits: readonly Float64Array[];
  readonly #optimizers: readonly Adam[];

  constructor({ groups, streams, rate, decay = 1e-3 }: LogitsOptions, from: LogitsState | null) {
    this.#groups = groups;
    this.#logits = groups.map(({ name, candidates }, group) => {
      if (from !== null) return Float64Array.from(from.logits[group]!);
      const stream = streams.stream(`logits/${name}`);
      return Float64Array.from({ length: candidates.length }, () => START * stream.normal());
    });
    this.#optimizers = this.#logits.map(({ length }, group) => {
      const adam = new Adam(length, { learningRate: rate, weightDecay: decay });
      if (from !== null) adam.restore(from.optimizers[group]!);
      return adam;
    });
  }

  /** A copy. */
  get values(): readonly (readonly number[])[] {
    return this.#logits.map((values) => [...values]);
  }

  get probabilities(): readonly (readonly number[])[] {
    return this.#logits.map((values) => softmax([...values]));
  }

  /** In each group the candidates with the largest logits; of equal ones the first. */
  get mostLikely(): Supports {
    return this.#groups.map(({ candidates, sparsity }, group) => {
      const values = this.#logits[group]!;
      const order = candidates.map((_, index) => index).sort((a, b) => values[b]! - values[a]! || a - b);
      return order.slice(0, sparsity).sort((a, b) => a - b);
    });
  }

  /** Against the gradients of the loss by the logits; null for a group that stands still. */
  step(gradients: readonly (ArrayLike<number> | null)[]): void {
    for (const [group, adam] of this.#optimizers.entries()) {
      const gradient = gradients[group]!;
      if (gradient !== null) adam.step(this.#logits[group]!, gradient);
    }
  }

  state(): LogitsState {
    return { logits: this.values, optimizers: this.#optimizers.map((adam) => adam.state()) };
  }

  /** `supports`: what is kept; `before`: by the selection before; `isOver`: whether it stays so. */
  describe(supports: Supports, before: Supports, isOver: boolean): readonly SelectedGroup[] {
    const probabilities = this.probabilities;
    return this.#groups.map(({ name }, group) => {
      const support = supports[group]!;
      const values = probabilities[group]!;
      const entropy = values.reduce((sum, value) => (value === 0 ? sum : sum - value * Math.log(value)), 0);
      return {
        ...{ group: name, support, values, weights: null, changed: support.join() !== before[group]!.join() },
        ...{ isFrozen: isOver, figures: { entropy }, vectors: {} },
      };
    });
  }
}

/** The same bits in every engine. */
export function softmax(values: readonly number[], temperature: number = 1): readonly number[] {
  const largest = Math.max(...values);
  const powers = values.map((value) => exactExp((value - largest) / temperature));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
