/** @file The studies that come with the package. */

import { type RunOptions, suitsSpace } from "../run/index.ts";
import type { SpaceKind } from "../spaces/index.ts";
import { DICTIONARY_DISTRIBUTIONS } from "../sparse/index.ts";
import { STRATEGIES } from "../strategies/index.ts";
import type { Settings, StudyFile } from "./study-file.ts";

interface NamedStudy {
  readonly summary: string;
  /** For searches of this space, with the options of it that were given. */
  file(space: SpaceKind, given: RunOptions): StudyFile;
}

/** `simplex` asks for as many measurements as a group has candidates, less one: another one for each space. */
export const NAMED_STUDIES: Readonly<Record<"rivals" | "dictionaries", NamedStudy>> = {
  rivals: {
    summary: "every strategy and every baseline of the space, at one budget",
    file: (space, options) => {
      const { baselines = [] } = space.create(space.options(options));
      const possible = STRATEGIES.filter((strategy) => suitsSpace(strategy, space, options));
      const searched = possible.map(({ kind }): [string, Settings] => [kind, { strategy: kind }]);
      const given = baselines.map(({ name }): [string, Settings] => [name, { architecture: name }]);
      return {
        ...{
          name: "rivals",
          summary: "Every strategy and every baseline of the space, at one budget.",
          baseline: "random",
        },
        axes: [{ settings: Object.fromEntries([...searched, ...given]) }],
      };
    },
  },
  dictionaries: {
    summary: "two-stage search with every kind of dictionary",
    file: () => ({
      ...{ name: "dictionaries", summary: "Two-stage search with every kind of dictionary." },
      base: { strategy: "two-stage" },
      axes: [
        { option: "dictionary", values: [...DICTIONARY_DISTRIBUTIONS.filter((kind) => kind !== "simplex"), "learned"] },
      ],
    }),
  },
};
