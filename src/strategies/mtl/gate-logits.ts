/** @file The logits of gates, and Adam on them: against the loss, the mean entropy of open and shut, and what open gates cost. */
import type { ChoiceGroup, Supports } from "../../choice/index.ts";
import type { Gate, MixtureWeights } from "../../network/index.ts";
import type { RandomStream } from "../../random/index.ts";
import type { LogitsState, SelectedGroup } from "../../search/index.ts";
import { Adam } from "../../train/index.ts";
import { gateEntropy, gateEntropySlope, relaxedBernoulli, sigmoid, sigmoidSlope } from "./gates.ts";

export interface GateLogitsOptions {
  readonly groups: readonly ChoiceGroup[];
  /** One for each group. */
  readonly gates: readonly Gate[];
  /** Rate of Adam; betas and decay are its defaults, those of the published code. */
  readonly rate: number;
  /** What the mean entropy of the gates is multiplied by in the loss. */
  readonly entropyWeight: number;
  /** What the mean of the gates, each by what it costs, is multiplied by in the loss. */
  readonly gatePrice: number;
}

/** All begin at 0: neither open nor shut. */
export class GateLogits {
  readonly #options: GateLogitsOptions;
  readonly #logits: Float64Array;
  readonly #optimizers: readonly Adam[];
  /** Of mean 1. */
  readonly #costs: readonly number[];

  constructor(options: GateLogitsOptions, from: LogitsState | null) {
    const { gates, rate } = options;
    this.#options = options;
    this.#logits = Float64Array.from(from === null ? gates.map(() => 0) : from.logits.map(([logit]) => logit!));
    this.#optimizers = gates.map((_, group) => {
      const adam = new Adam(1, { learningRate: rate });
      if (from !== null) adam.restore(from.optimizers[group]!);
      return adam;
    });
    const sum = gates.reduce((total, { cost }) => total + cost, 0);
    this.#costs = gates.map(({ cost }) => (cost * gates.length) / sum);
  }

  /** How likely each gate is open. */
  get probabilities(): readonly number[] {
    return Array.from(this.#logits, sigmoid);
  }

  /** Of all gates. */
  get meanEntropy(): number {
    return Array.from(this.#logits, gateEntropy).reduce((sum, entropy) => sum + entropy, 0) / this.#logits.length;
  }

  /** What is kept by gates that are open above 0, and shut else. */
  get hard(): Supports {
    return this.#options.gates.map(({ open }, group) => [this.#logits[group]! > 0 ? open : 1 - open]);
  }

  /** What multiplies both candidates of each group if gates are open as far as their sigmoid says. */
  get soft(): MixtureWeights {
    return this.#mixture(this.probabilities);
  }

  /** What multiplies them if gates are drawn, the harder the lower the temperature: one number of the stream a gate. */
  sample(temperature: number, stream: Pick<RandomStream, "uniform">): MixtureWeights {
    return this.#mixture(Array.from(this.#logits, (logit) => relaxedBernoulli(logit, temperature, stream.uniform())));
  }

  /** `gradients`: of the loss by what multiplies both candidates of each group. */
  step(gradients: MixtureWeights): void {
    const { gates, entropyWeight, gatePrice } = this.#options;
    const count = gates.length;
    for (const [group, { open }] of gates.entries()) {
      const logit = this.#logits[group]!;
      const byGate = gradients[group]![open]! - gradients[group]![1 - open]!;
      const byPrice = (gatePrice * this.#costs[group]!) / count;
      const byEntropy = (entropyWeight * gateEntropySlope(logit)) / count;
      const values = this.#logits.subarray(group, group + 1);
      this.#optimizers[group]!.step(values, [(byGate + byPrice) * sigmoidSlope(logit) + byEntropy]);
    }
  }

  state(): LogitsState {
    return {
      logits: Array.from(this.#logits, (logit) => [logit]),
      optimizers: this.#optimizers.map((adam) => adam.state()),
    };
  }

  /** `supports`: what is kept; `before`: by the selection before; `isOver`: whether it stays so. */
  describe(supports: Supports, before: Supports, isOver: boolean): readonly SelectedGroup[] {
    return this.#options.groups.map(({ name }, group) => {
      const support = supports[group]!;
      return {
        ...{ group: name, support, values: Array.from(this.soft[group]!), weights: null },
        ...{ changed: support.join() !== before[group]!.join(), isFrozen: isOver },
        ...{ figures: { entropy: gateEntropy(this.#logits[group]!) }, vectors: {} },
      };
    });
  }

  #mixture(opened: readonly number[]): MixtureWeights {
    return this.#options.gates.map(({ open }, group) => {
      const weights = new Float64Array(2);
      weights[open] = opened[group]!;
      weights[1 - open] = 1 - opened[group]!;
      return weights;
    });
  }
}
