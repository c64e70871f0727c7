import fc from "fast-check";
import { describe, expect } from "vitest";
import { type Cell, formatCell, NB201_BASELINES, Nb201Table, parseCell } from "../../src/spaces/nas-bench-201/index.ts";
import { fuzzReader } from "./fuzz-reader.ts";
import { jsonFile, mutatedFiles, mutatedJson } from "./mutations.ts";

const CELLS = NB201_BASELINES.map(({ architecture }) => formatCell(architecture));
const WORDS = [
  "~",
  "|",
  "+",
  "none~0",
  "|none~0|",
  "nor_conv_3x3~2",
  "constructor~0",
  ",",
  "\r\n",
  "cell",
  "arch",
  "index",
  "1e2",
];

function fuzzCells(name: string, valid: readonly Uint8Array[], inputs: fc.Arbitrary<Uint8Array>): void {
  fuzzReader<Uint8Array, Cell>({
    ...{ name, valid, inputs },
    sizeOf: (bytes) => bytes.length,
    read: (bytes) => parseCell(Buffer.from(bytes).toString("utf8")),
    check: (cell) => expect(parseCell(formatCell(cell))).toEqual(cell),
  });
}

describe("cells of NAS-Bench-201", () => {
  const texts = CELLS.map((cell) => Buffer.from(cell));
  fuzzCells("cell text", texts, mutatedFiles(texts, WORDS));
  const saved = CELLS.map((cell) => ({ cell }));
  const files = saved.map(jsonFile);
  fuzzCells("cell JSON", files, fc.oneof(mutatedFiles(files, WORDS), mutatedJson(saved).map(jsonFile)));
});

describe("tables of NAS-Bench-201", () => {
  const lines = CELLS.map((cell, index) => `${index},${cell},93.1,70.25,${index}.5,1.5,78.56`);
  const headers = [
    "index,cell,cifar10,cifar100,imagenet16,parameters_m,macs_m",
    "index,arch,cifar10_test_200,cifar100_test_200,imagenet16_test_200,params_m,flops_m",
  ];
  const valid = headers.map((header) => Buffer.from(`${[header, ...lines].join("\n")}\n`));
  fuzzReader<Uint8Array, Nb201Table>({
    ...{ name: "table", valid, inputs: mutatedFiles(valid, WORDS) },
    sizeOf: (bytes) => bytes.length,
    read: (bytes) => Nb201Table.parse(Buffer.from(bytes).toString("utf8")),
    check: ({ rows }) => {
      expect(new Set(rows.map(({ cell }) => cell)).size).toBe(rows.length);
      for (const { cell, index, cifar10, cifar100, imagenet16, parametersM, macsM } of rows) {
        expect(formatCell(parseCell(cell))).toBe(cell);
        expect(Number.isInteger(index)).toBe(true);
        for (const percent of [cifar10, cifar100, imagenet16]) expect(percent >= 0 && percent <= 100).toBe(true);
        for (const millions of [parametersM, macsM]) expect(millions >= 0 && Number.isFinite(millions)).toBe(true);
      }
    },
  });
});
