/** @file Recovery of the eight nodes of a DARTS search, as after each epoch: exact solver, uniform dictionaries, standard normal measurements. */
import { RandomStreams } from "../../src/random/index.ts";
import { dartsCells } from "../../src/spaces/darts/index.ts";
import { createDictionary, recover } from "../../src/sparse/index.ts";
import type { Figure } from "./figure.ts";

const ROWS = 7;
const OPTIONS = { sparsity: 2, l1Weight: 1e-5, solver: "exact" } as const;

/** The nodes have 14, 21, 28 and 35 candidates, once in each cell. */
export function recoveryFigure(): Figure {
  const streams = new RandomStreams(0);
  const problems = dartsCells().groups.map(({ name, candidates: { length: columns } }) => {
    const draws = streams.stream(`measurement/${name}`);
    const stream = streams.stream(`dictionary/${name}`);
    return {
      dictionary: createDictionary({ rows: ROWS, columns, distribution: "uniform", stream }),
      measurement: Float64Array.from({ length: ROWS }, () => draws.normal()),
    };
  });
  return {
    name: "recovery-eight-nodes",
    runs: 50,
    run() {
      for (const { dictionary, measurement } of problems) recover(dictionary, measurement, OPTIONS);
    },
  };
}
