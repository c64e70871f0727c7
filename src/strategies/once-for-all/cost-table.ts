/**
 * @file What each sub-network costs, as a sum over its layers: what a layer of one kind adds does not depend on the others, so parameters and
 * multiply-accumulates are exact. Milliseconds are those of the table of times, which has them by layer already.
 */
import type { Supports } from "../../choice/index.ts";
import type { SearchedSpace } from "../../network/index.ts";
import { type NetworkSize, type SizeLimits, sizeOf } from "../../search/index.ts";
import type { NestedChoices } from "./nested-choices.ts";

export class CostTable {
  readonly #largest: NetworkSize;
  /** Of each group for each candidate, what a network costs that has it, beyond the largest. */
  readonly #differences: readonly (readonly NetworkSize[])[];

  constructor({ groups, network }: SearchedSpace, choices: NestedChoices, limits: Pick<SizeLimits, "latency">) {
    const largest = choices.supportsOf(choices.largest);
    this.#largest = sizeOf(network(largest), limits);
    this.#differences = groups.map(({ candidates }, group) =>
      candidates.map((_, candidate) => {
        const changed = sizeOf(network(largest.map((own, at) => (at === group ? [candidate] : own))), limits);
        return combined(changed, this.#largest, -1);
      }),
    );
  }

  /** Of a network that keeps one candidate of each group. */
  sizeOf(supports: Supports): NetworkSize {
    return supports.reduce(
      (sum, [candidate], group) => combined(sum, this.#differences[group]![candidate!]!, 1),
      this.#largest,
    );
  }
}

function combined(a: NetworkSize, b: NetworkSize, sign: 1 | -1): NetworkSize {
  return {
    parameters: a.parameters + sign * b.parameters,
    macs: a.macs + sign * b.macs,
    ...(a.milliseconds === undefined ? {} : { milliseconds: a.milliseconds + sign * b.milliseconds! }),
  };
}
