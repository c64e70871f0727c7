/**
 * @file What cells of NAS-Bench-201 are worth beside controls that search nothing: a random cell, cells that anybody would write down, and the best
 * that there is. A search has found something where its cell is well above these, not where its accuracy looks high: half of all cells
 * have more than 90 % on CIFAR-10.
 */
import { mean, median } from "../../statistics/index.ts";
import { NB201_BASELINES } from "./baselines.ts";
import type { Cell } from "./cell.ts";
import type { Nb201Row, Nb201Table } from "./table.ts";

/** The data sets of the benchmark, each with the cells' mean test accuracies in per cent. */
export const NB201_DATA_SETS = ["cifar10", "cifar100", "imagenet16"] as const;

type OfEach<T> = Readonly<Record<(typeof NB201_DATA_SETS)[number], T>>;

/** A cell among all cells of a table. */
export interface Nb201Standing {
  /** The benchmark's own string. */
  readonly cell: string;
  /** The benchmark's own number. */
  readonly index: number;
  /** Mean test accuracy in per cent. */
  readonly accuracy: OfEach<number>;
  /** 1 for the best: one more than the cells that are better. Equal cells share a rank. */
  readonly rank: OfEach<number>;
  /** Of the network for CIFAR-10. */
  readonly parameters: number;
  /** Multiply-accumulates of an image in that network, as the benchmark counts them. */
  readonly macs: number;
}

export interface Nb201Comparison {
  /** How many cells the ranks are among. */
  readonly cellCount: number;
  /** What was asked for, in that order. */
  readonly cells: readonly Nb201Standing[];
  readonly controls: {
    /** Of all cells of the table, each as likely: per cent. */
    readonly random: {
      readonly mean: OfEach<number>;
      /** Over the cells, not of the mean. */
      readonly standardDeviation: OfEach<number>;
      readonly median: OfEach<number>;
    };
    /** The baselines of the space, in their order; null for one that the table lacks. */
    readonly baselines: readonly (Nb201Standing | null)[];
    /** The cell of most multiply-accumulates, the first of several. */
    readonly largest: Nb201Standing;
    /** The best cell on each data set, the first of several: what no search can exceed. */
    readonly best: OfEach<Nb201Standing>;
  };
}

/** Where `cells` stand in `table`, and the controls; of no cells, the controls alone. @throws E_TABLE_CELL for a cell that the table lacks */
export function compareWithControls(table: Nb201Table, cells: readonly Cell[]): Nb201Comparison {
  const { rows } = table;
  const descending = ofEach((data) =>
    Float64Array.from(rows, (row) => row[data])
      .sort()
      .reverse(),
  );
  const standing = (row: Nb201Row) => standingOf(row, descending);
  return {
    cellCount: rows.length,
    cells: cells.map((cell) => standing(table.row(cell))),
    controls: {
      random: {
        mean: ofEach((data) => mean(descending[data])),
        standardDeviation: ofEach((data) => standardDeviation(descending[data])),
        median: ofEach((data) => median(descending[data])),
      },
      baselines: NB201_BASELINES.map(({ architecture }) => {
        const row = table.find(architecture);
        return row === null ? null : standing(row);
      }),
      largest: standing(highest(rows, "macsM")),
      best: ofEach((data) => standing(highest(rows, data))),
    },
  };
}

function standingOf(row: Nb201Row, descending: OfEach<Float64Array>): Nb201Standing {
  return {
    ...{ cell: row.cell, index: row.index },
    accuracy: ofEach((data) => row[data]),
    rank: ofEach((data) => descending[data].indexOf(row[data]) + 1),
    parameters: Math.round(1e6 * row.parametersM),
    macs: Math.round(1e6 * row.macsM),
  };
}

function ofEach<T>(value: (data: (typeof NB201_DATA_SETS)[number]) => T): OfEach<T> {
  return Object.fromEntries(NB201_DATA_SETS.map((data) => [data, value(data)])) as Record<keyof OfEach<T>, T>;
}

function highest(rows: readonly Nb201Row[], key: "cifar10" | "cifar100" | "imagenet16" | "macsM"): Nb201Row {
  return rows.reduce((best, row) => (row[key] > best[key] ? row : best));
}

function standardDeviation(values: Float64Array): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}
