import { beforeAll, describe, expect, it } from "vitest";
import {
  compareWithControls,
  NB201_DATA_SETS,
  type Nb201Standing,
  Nb201Table,
  parseCell,
} from "../../../src/spaces/nas-bench-201/index.ts";
import { publishedTable } from "./published-table.ts";

const accuracies = (standing: Nb201Standing | null) =>
  NB201_DATA_SETS.map((data) => standing!.accuracy[data].toFixed(2));
const ranks = (standing: Nb201Standing | null) => NB201_DATA_SETS.map((data) => standing!.rank[data]);

describe("cells of the published table beside its controls", () => {
  let table: Nb201Table;
  beforeAll(() => {
    table = publishedTable();
  });

  it("has the published figures of the controls", () => {
    const { cellCount, cells, controls } = compareWithControls(table, []);
    expect({ cellCount, cells }).toEqual({ cellCount: 15_625, cells: [] });
    const [plain, oneSkip] = controls.baselines;
    expect(accuracies(plain!)).toEqual(["93.76", "71.11", "41.44"]);
    expect(accuracies(oneSkip!)).toEqual(["94.36", "73.51", "46.34"]);
    expect(controls.largest).toEqual(plain);
    expect(plain).toMatchObject({ parameters: 1_531_546, macs: 220_119_690 });
    const best = NB201_DATA_SETS.map((data) => controls.best[data]);
    expect(best.map(({ index }) => index)).toEqual([6111, 9930, 857]);
    expect(best.map((standing, k) => accuracies(standing)[k])).toEqual(["94.37", "73.51", "47.31"]);
    expect(best.map((standing, k) => ranks(standing)[k])).toEqual([1, 1, 1]);
  });

  it("has mean, spread and median of a random cell", () => {
    const { mean, standardDeviation, median } = compareWithControls(table, []).controls.random;
    // By another program from the same table.
    expect(NB201_DATA_SETS.map((data) => mean[data].toFixed(4))).toEqual(["87.0629", "61.4055", "33.5864"]);
    expect(NB201_DATA_SETS.map((data) => standardDeviation[data].toFixed(4))).toEqual(["12.9348", "12.1716", "9.5119"]);
    expect(median).toEqual({ cifar10: 90.745, cifar100: 65.2867, imagenet16: 36.3889 });
  });

  it("ranks each cell one behind those that are better", () => {
    const all = compareWithControls(
      table,
      table.rows.map(({ cell }) => parseCell(cell)),
    ).cells;
    expect(all.map(({ index }) => index)).toEqual(table.rows.map(({ index }) => index));
    for (const index of [0, 1462, 9930, 11_472, 15_624]) {
      const better = NB201_DATA_SETS.map((data) => table.rows.filter((row) => row[data] > table.rows[index]![data]));
      expect(ranks(all[index]!)).toEqual(better.map(({ length }) => length + 1));
    }
    expect(NB201_DATA_SETS.map((data) => Math.max(...all.map(({ rank }) => rank[data])))).toEqual([
      15_285, 15_285, 15_284,
    ]);
  });
});

describe("cells of a table of few", () => {
  const cell = (operation: string) => "|~0|+|~0|~1|+|~0|~1|~2|".replaceAll("~", `${operation}~`);
  const [none, skip, pool, pointwise] = ["none", "skip_connect", "avg_pool_3x3", "nor_conv_1x1"].map(cell) as [
    ...[string, string, string, string],
  ];
  const table = Nb201Table.parse(
    [
      "cell,cifar10,cifar100,imagenet16,parameters_m,macs_m",
      ...[`${skip},9,40,10,0.1,2`, `${pool},80,40,5,0.2,2`, `${none},70,40,20,0.3,1`, `${pointwise},80,4,30,0.4,1`],
    ].join("\n"),
  );

  it("share a rank when they are equal, and the first is the best", () => {
    const { cells, controls } = compareWithControls(table, [pool, pointwise, none, pool].map(parseCell));
    expect(cells.map(ranks)).toEqual([
      [1, 1, 4],
      [1, 4, 1],
      [3, 1, 2],
      [1, 1, 4],
    ]);
    expect(controls.best.cifar10.cell).toBe(pool);
    expect(controls.best.cifar100.cell).toBe(skip);
    expect(controls.largest.cell).toBe(skip);
    expect(controls.random.median).toEqual({ cifar10: 75, cifar100: 40, imagenet16: 15 });
    expect(controls.random.standardDeviation.cifar100).toBeCloseTo(Math.sqrt(3 * 81 + 27 ** 2) / 2, 12);
  });

  it("have no control that the table lacks, and no cell either", () => {
    expect(compareWithControls(table, []).controls).toMatchObject({ baselines: [null, null] });
    expect(() => compareWithControls(table, [parseCell(cell("nor_conv_3x3"))])).toThrow(
      "got no row for |nor_conv_3x3~0",
    );
  });
});
