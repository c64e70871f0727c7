/** @file Spaces that keep one candidate of each group: an architecture is the list of what they keep. */

import type { Candidate, ChoiceGroup, Supports } from "../choice/index.ts";
import { IstaNasError } from "../error.ts";

/** What such a space has in common with every other. `Choice`: the names of its candidates. */
export interface OneOfEach<Choice extends string> {
  readonly groups: readonly ChoiceGroup[];
  /** The kept candidates by name, of each group any number. */
  kept(supports: Supports): readonly (readonly Choice[])[];
  /**
   * What each group keeps.
   * @throws E_SPACE_SUPPORT unless it is one candidate
   */
  derive(supports: Supports): readonly Choice[];
  /** The inverse of `derive`. */
  supportsOf(architecture: readonly Choice[]): Supports;
}

/** `offers`: name of each group, and what it may keep, in the order in which candidates are counted. `traits`: of each candidate. */
export function oneOfEach<Choice extends string>(
  offers: readonly { readonly name: string; readonly choices: readonly Choice[] }[],
  traits: (choice: Choice) => Pick<Candidate, "label" | "cost">,
): OneOfEach<Choice> {
  return {
    groups: offers.map(({ name, choices }) => ({
      ...{ name, candidates: choices.map((choice) => ({ name: choice, ...traits(choice) })), sparsity: 1 },
    })),
    kept: (supports) => supports.map((support, group) => support.map((index) => offers[group]!.choices[index]!)),
    derive: (supports) =>
      offers.map(({ name, choices }, group) => {
        const support = supports[group] ?? [];
        const choice = support.length === 1 ? choices[support[0]!] : undefined;
        if (choice !== undefined) return choice;
        const got = `[${support.join(", ")}]`;
        throw new IstaNasError(`${name} support: got ${got}, expected one index below ${choices.length}`, {
          code: "E_SPACE_SUPPORT",
          kind: "usage",
        });
      }),
    supportsOf: (architecture) => architecture.map((choice, group) => [offers[group]!.choices.indexOf(choice)]),
  };
}
