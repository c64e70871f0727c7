/** @file The architectures that a study of ranks looks at. */
import { distinctSupports, type Supports, spaceSize } from "../../choice/index.ts";
import { IstaNasError } from "../../error.ts";
import { RandomStreams } from "../../random/index.ts";
import type { SearchSpace } from "../../spaces/index.ts";

export interface RankSample {
  readonly supports: readonly Supports[];
  /** As the space writes them, in one line and as a file. */
  readonly texts: readonly string[];
  readonly files: readonly string[];
}

/** Uniform over the space, none twice; a larger sample of one seed begins with the smaller one. Throws `E_USAGE_STUDY` for more than there are. */
export function rankSample(space: SearchSpace, count: number, seed: number): RankSample {
  const size = spaceSize(space.groups);
  if (count > size) {
    throw new IstaNasError(`--architectures: got ${count}, expected at most the ${size} of the space`, {
      code: "E_USAGE_STUDY",
      kind: "usage",
      hint: "ask for fewer, or take another space with --space",
    });
  }
  const supports = distinctSupports(space.groups, count, new RandomStreams(seed).stream("rank/architectures"));
  const architectures = supports.map((kept) => space.derive(kept));
  return {
    supports,
    texts: architectures.map((architecture) => space.formatText(architecture)),
    files: architectures.map((architecture) => space.formatJson(architecture)),
  };
}
