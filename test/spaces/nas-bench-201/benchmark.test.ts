import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { nb201Kind, parseCell } from "../../../src/spaces/nas-bench-201/index.ts";

const BENCHMARK = nb201Kind.benchmark!;
const SKIPS = "|~0|+|~0|~1|+|~0|~1|~2|".replaceAll("~", "skip_connect~");

describe("the benchmark of NAS-Bench-201", () => {
  it("names each control once, with all that it is", () => {
    const text = gunzipSync(readFileSync(BENCHMARK.table)).toString("utf8");
    const { rowCount, architectures, controls } = BENCHMARK.compare(text, [parseCell(SKIPS)]);
    expect(rowCount).toBe(BENCHMARK.rowCount);
    expect(architectures).toMatchObject([{ cell: SKIPS, parameters: 73_306, macs: 7_783_050 }]);
    expect(controls.map(({ names }) => names)).toEqual([
      ["random cell"],
      ["median of all cells"],
      ["3x3 on every edge", "most multiply-accumulates"],
      ["3x3 and one skip, input to output", "best on CIFAR-100"],
      ["best on CIFAR-10"],
      ["best on ImageNet16-120"],
    ]);
    expect(controls[0]).toMatchObject({ accuracy: { cifar10: expect.closeTo(87.0629, 4) } });
    expect(controls[0]!.standardDeviation!["imagenet16"]).toBeCloseTo(9.5119, 4);
    for (const row of [...architectures, ...controls])
      expect(Object.keys(row.accuracy)).toEqual(Object.keys(BENCHMARK.dataSets));
  });

  it("leaves out the controls that a table lacks", () => {
    const text = `cell,cifar10,cifar100,imagenet16,parameters_m,macs_m\n${SKIPS},1,2,3,4,5\n`;
    const { rowCount, controls } = BENCHMARK.compare(text, []);
    expect(rowCount).toBe(1);
    expect(controls.slice(2).map(({ names }) => names)).toEqual([
      ["most multiply-accumulates", "best on CIFAR-10", "best on CIFAR-100", "best on ImageNet16-120"],
    ]);
  });
});
