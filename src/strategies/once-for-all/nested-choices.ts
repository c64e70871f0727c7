/** @file Sub-networks of a nested space: how many layers each stage has, and the window and expansion of each layer. */
import type { Supports } from "../../choice/index.ts";
import type { Nesting } from "../../network/index.ts";
import type { RandomStream } from "../../random/index.ts";

/** A sub-network. Layers that are left out have a candidate as well: one that they would have. */
export interface SubNetwork {
  /** Layers of each stage. */
  readonly depths: readonly number[];
  /** Of each group a candidate that leaves nothing out, by index. */
  readonly candidates: readonly number[];
}

/** What may be drawn. */
export interface Elasticity {
  readonly windows: readonly number[];
  readonly expansions: readonly number[];
  /** Layers at most that a stage goes without. */
  readonly leftOut: number;
}

export class NestedChoices {
  /** From large to small. */
  readonly windows: readonly number[];
  readonly expansions: readonly number[];
  /** Everything that there is. */
  readonly all: Elasticity;
  readonly #nesting: Nesting;

  constructor(nesting: Nesting) {
    const parts = nesting.parts.flat().filter((part) => part !== null);
    this.#nesting = nesting;
    this.windows = descending(parts.map(({ window }) => window));
    this.expansions = descending(parts.map(({ expansion }) => expansion));
    const leftOut = Math.max(...nesting.stages.map(({ groups, least }) => groups.length - least));
    this.all = { windows: this.windows, expansions: this.expansions, leftOut };
  }

  /** Of which all others are parts. */
  get largest(): SubNetwork {
    return this.#extreme((stage) => stage.groups.length, this.windows[0]!, this.expansions[0]!);
  }

  get smallest(): SubNetwork {
    return this.#extreme((stage) => stage.least, this.windows.at(-1)!, this.expansions.at(-1)!);
  }

  /** All depths of a stage, and all candidates of a layer, are equally likely. */
  draw(elasticity: Elasticity, stream: RandomStream): SubNetwork {
    const { parts, stages } = this.#nesting;
    return {
      depths: stages.map(({ groups, least }) => {
        const shortest = Math.max(least, groups.length - elasticity.leftOut);
        return shortest + stream.integer(groups.length - shortest + 1);
      }),
      candidates: parts.map((_, group) => {
        const allowed = this.candidatesOf(group, elasticity);
        return allowed[stream.integer(allowed.length)]!;
      }),
    };
  }

  /** Of a layer that is not left out. */
  candidatesOf(group: number, { windows, expansions }: Elasticity): readonly number[] {
    return this.#nesting.parts[group]!.flatMap((part, index) =>
      part !== null && windows.includes(part.window) && expansions.includes(part.expansion) ? [index] : [],
    );
  }

  supportsOf({ depths, candidates }: SubNetwork): Supports {
    const supports: number[][] = candidates.map((candidate) => [candidate]);
    for (const [stage, { groups }] of this.#nesting.stages.entries()) {
      for (const group of groups.slice(depths[stage])) supports[group] = [this.#nesting.parts[group]!.indexOf(null)];
    }
    return supports;
  }

  #extreme(depthOf: (stage: Nesting["stages"][number]) => number, window: number, expansion: number): SubNetwork {
    return {
      depths: this.#nesting.stages.map(depthOf),
      candidates: this.#nesting.parts.map((parts) =>
        parts.findIndex((part) => part?.window === window && part.expansion === expansion),
      ),
    };
  }
}

function descending(values: readonly number[]): readonly number[] {
  return [...new Set(values)].sort((a, b) => b - a);
}
