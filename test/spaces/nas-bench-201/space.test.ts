import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { spaceSize } from "../../../src/choice/index.ts";
import { createReferenceDevice } from "../../../src/device/index.ts";
import { countMacs, parameterCount } from "../../../src/network/index.ts";
import { RandomStreams } from "../../../src/random/index.ts";
import {
  type Cell,
  type Nb201Macro,
  Nb201Table,
  nb201Space,
  OPERATIONS,
  parseCell,
} from "../../../src/spaces/nas-bench-201/index.ts";
import { initialiseWeights, WeightStep } from "../../../src/train/index.ts";

const SPACE = nb201Space();
const BENCHMARK: Nb201Macro = {
  ...{ imageSize: { height: 32, width: 32 }, imageChannels: 3, classCount: 10 },
  ...{ channels: 16, cellsPerStage: 5, reduction: "residual", affine: true, everyNorm: false },
};
const PASS = { batch: 1, mixture: false, dropPath: false, auxiliaryHead: false } as const;

let table: Nb201Table;
beforeAll(() => {
  const file = new URL("../../../data/nas-bench-201/cells.csv.gz", import.meta.url);
  table = Nb201Table.parse(gunzipSync(readFileSync(file)).toString("utf8"));
});

function sizeOf(macro: Nb201Macro, cell: Cell) {
  const { parameters, graph } = SPACE.derivedNetwork(macro, cell)({ mode: { kind: "inference" }, ...PASS });
  return { parameters: parameterCount(parameters), macs: countMacs(graph, 1) };
}

describe("the space of NAS-Bench-201", () => {
  it("holds as many cells as published", () => {
    expect(spaceSize(SPACE.groups)).toBe(15_625n);
  });

  it.each([
    ["|nor_conv_3x3~0|+|none~0|none~1|", "got 2 nodes, expected 3"],
    ["|nor_conv_3x3~0|+|none~0|none~1|+|none~0|none~1|", "node 3 got 2 operations, expected 3"],
    ["|nor_conv_3x3~1|+|none~0|none~1|+|none~0|none~1|none~2|", "expected an operation of node 0"],
    ["|sep_conv_3x3~0|+|none~0|none~1|+|none~0|none~1|none~2|", "expected one of none, skip_connect"],
    ["nor_conv_3x3~0+|none~0|none~1|+|none~0|none~1|none~2|", "expected operations between bars"],
    ["{ torn", "got not JSON"],
    ["{}", "without a text under cell"],
  ])("refuses %s", (text, message) => {
    expect(() => parseCell(text)).toThrow(message);
  });

  it("draws every operation but none, and marks what absorbed a negative weight", () => {
    const cell = parseCell("|nor_conv_3x3~0|+|none~0|skip_connect~1|+|avg_pool_3x3~0|none~1|nor_conv_1x1~2|");
    const [panel] = SPACE.draw(cell, [[0.5], [], [-1]]).panels;
    const terms = panel!.nodes.flatMap(({ name, terms }) => terms.map((term) => ({ name, ...term })));
    expect(
      terms.map(({ name, label, source, isNegative }) => `${name}: ${isNegative ? "-" : ""}${label} of ${source}`),
    ).toEqual([
      "node 1: nor_conv_3x3 of 0",
      "node 2: -skip_connect of 1",
      "node 3: avg_pool_3x3 of 0",
      "node 3: nor_conv_1x1 of 2",
    ]);
  });
});

describe("the network of NAS-Bench-201", () => {
  it("has the parameters and multiply-accumulates of the benchmark for all 15,625 cells", () => {
    const macro = { ...BENCHMARK, cellsPerStage: 1 };
    const empty = sizeOf(
      macro,
      OPERATIONS.slice(0, 1).flatMap((none) => new Array<"none">(6).fill(none as "none")),
    );
    const biases = BENCHMARK.classCount;
    for (const { cell, parametersM, macsM } of table.rows) {
      const one = sizeOf(macro, parseCell(cell));
      const parameters = empty.parameters + 5 * (one.parameters - empty.parameters);
      const macs = empty.macs + 5 * (one.macs - empty.macs) + biases;
      if (parameters !== Math.round(1e6 * parametersM) || macs !== Math.round(1e6 * macsM)) {
        expect({ cell, parameters, macs }).toEqual({ cell, parameters: 1e6 * parametersM, macs: 1e6 * macsM });
      }
    }
  });

  it.each([
    ["|nor_conv_3x3~0|+|none~0|nor_conv_3x3~1|+|skip_connect~0|none~1|skip_connect~2|", 0.559386],
    ["|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|", 1.531546],
  ])("%s has five cells a stage", (text, millions) => {
    const cell = parseCell(text);
    expect(sizeOf(BENCHMARK, cell).parameters / 1e6).toBe(millions);
    expect(table.row(cell).parametersM).toBeCloseTo(millions, 6);
  });

  it("trains in every kind: cells of nothing, residual and pool reductions, all operations of an edge at once", async () => {
    const small = { ...BENCHMARK, imageSize: { height: 8, width: 10 }, channels: 4, cellsPerStage: 1, classCount: 3 };
    const all = SPACE.groups.map(({ candidates }) => candidates.map((_, index) => index));
    const nothing = parseCell("|none~0|+|none~0|none~1|+|none~0|none~1|none~2|");
    const builds = [
      SPACE.derivedNetwork(small, nothing),
      SPACE.derivedNetwork({ ...small, reduction: "pool" }, parseCell(table.rows[1]!.cell)),
      SPACE.superNetwork({ ...small, affine: false }, all),
    ];
    for (const [k, build] of builds.entries()) {
      const device = createReferenceDevice();
      const step = await WeightStep.compile(device, build, {
        ...{ batch: 2, momentum: 0.9, weightDecay: 0, clipNorm: 5, labelSmoothing: 0, auxiliaryWeight: 0 },
        ...{ mixture: k === 2, dropPath: false, returnsMixtureGradient: k === 2 },
      });
      initialiseWeights(device, step.network, new RandomStreams(1));
      const batch = { images: Float64Array.from({ length: 2 * 8 * 10 * 3 }, (_, i) => Math.sin(i)), labels: [0, 2] };
      const mixture = k === 2 ? all.map((group) => group.map(() => 0.2)) : null;
      const first = await step.run(batch, { learningRate: 0.05, mixture });
      let last = first;
      for (let i = 0; i < 5; i++) last = await step.run(batch, { learningRate: 0.05, mixture });
      expect(last.loss).toBeLessThan(first.loss);
      const gradients = last.mixtureGradient ?? [];
      expect(gradients.map((values) => values[0])).toEqual(gradients.map(() => 0));
      expect(
        gradients.every((values) =>
          Array.from(values)
            .slice(1)
            .every((value) => value !== 0),
        ),
      ).toBe(true);
    }
  });
});
