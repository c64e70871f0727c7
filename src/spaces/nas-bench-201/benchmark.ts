/** @file The published table of NAS-Bench-201 as the benchmark of its space. */
import type { BenchmarkControl, BenchmarkRow, SpaceBenchmark } from "../space-benchmark.ts";
import { NB201_BASELINES } from "./baselines.ts";
import type { Cell } from "./cell.ts";
import {
  compareWithControls,
  NB201_DATA_SETS,
  type Nb201Comparison,
  type Nb201Standing,
} from "./compare-with-controls.ts";
import { CELL_COUNT, Nb201Table } from "./table.ts";

const DATA_SETS: Readonly<Record<(typeof NB201_DATA_SETS)[number], string>> = {
  cifar10: "CIFAR-10",
  cifar100: "CIFAR-100",
  imagenet16: "ImageNet16-120",
};

export const nb201Benchmark: SpaceBenchmark<Cell> = {
  summary: "NAS-Bench-201, mean test accuracy in per cent after 200 epochs of training",
  dataSets: DATA_SETS,
  rowCount: CELL_COUNT,
  table: new URL("../../../data/nas-bench-201/cells.csv.gz", import.meta.url),
  compare(text, architectures) {
    const { cellCount, cells, controls } = compareWithControls(Nb201Table.parse(text), architectures);
    return { rowCount: cellCount, architectures: cells, controls: controlsOf(controls) };
  },
};

/** The controls by name; a cell that is several of them stands where it is first. */
function controlsOf({ random, baselines, largest, best }: Nb201Comparison["controls"]): BenchmarkControl[] {
  const named: readonly (readonly [name: string, standing: Nb201Standing | null])[] = [
    ...NB201_BASELINES.map(({ summary }, index) => [summary, baselines[index]!] as const),
    ["most multiply-accumulates", largest],
    ...NB201_DATA_SETS.map((data) => [`best on ${DATA_SETS[data]}`, best[data]] as const),
  ];
  const cells = new Map<string, BenchmarkRow & { readonly names: string[] }>();
  for (const [name, standing] of named) {
    if (standing === null) continue;
    const same = cells.get(standing.cell);
    if (same === undefined) cells.set(standing.cell, { names: [name], ...standing });
    else same.names.push(name);
  }
  const { mean, standardDeviation, median } = random;
  return [
    { names: ["random cell"], accuracy: mean, standardDeviation },
    { names: ["median of all cells"], accuracy: median },
    ...cells.values(),
  ];
}
