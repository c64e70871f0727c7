/** @file Cells of NAS-Bench-201 that no search has to find: both are among the best 170 of its 15,625. */
import type { Baseline } from "../baseline.ts";
import { type Cell, EDGES, NODE_COUNT } from "./cell.ts";
import type { Operation } from "./operation.ts";

const LONGEST = NODE_COUNT - 1;

/** The second one is known from the published table: the best cell but two on CIFAR-10, the best on CIFAR-100. */
export const NB201_BASELINES: readonly Baseline<Cell>[] = [
  { name: "NB201_all_3x3", summary: "3x3 on every edge", architecture: EDGES.map(() => "nor_conv_3x3") },
  {
    name: "NB201_all_3x3_skip",
    summary: "3x3 and one skip, input to output",
    architecture: EDGES.map(
      ({ source, target }): Operation => (target - source === LONGEST ? "skip_connect" : "nor_conv_3x3"),
    ),
  },
];
