import { describe, expect, it } from "vitest";
import { IstaNasError } from "../../../src/error.ts";
import { Nb201Table, parseCell } from "../../../src/spaces/nas-bench-201/index.ts";
import { publishedTable } from "./published-table.ts";

const NOTHING = "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|";
const SKIPS = NOTHING.replaceAll("none", "skip_connect");
const SHORT = "cell,cifar10,cifar100,imagenet16,parameters_m,macs_m";
const LONG =
  "index,arch,latency_s,cifar10_test_200,cifar100_test_200,imagenet16_test_200,cifar10_valid_12,params_m,flops_m";

describe("the table of NAS-Bench-201", () => {
  it("knows all cells by their numbers and strings", () => {
    const table = publishedTable();
    expect(table.rows).toHaveLength(15_625);
    const resnet = "|nor_conv_3x3~0|+|none~0|nor_conv_3x3~1|+|skip_connect~0|none~1|skip_connect~2|";
    expect(table.row(parseCell(resnet))).toEqual({
      ...{ index: 11_472, cell: resnet, cifar10: 93.91, cifar100: 70.89, imagenet16: 44.2333 },
      ...{ parametersM: 0.559386, macsM: 78.56193 },
    });
    for (const [index, row] of table.rows.entries()) expect(row.index).toBe(index);
  });

  it("reads some cells, in other columns, of a file from anywhere", () => {
    const lines = [LONG, `7,${SKIPS},,90,60.5,30,1e9,0.0733,7.78`, `3,${NOTHING},x,10,1,0.8333,,0.07,7`];
    const { rows } = Nb201Table.parse(`\ufeff${lines.join("\r\n")}\r\n\n`);
    expect(rows).toEqual([
      { index: 7, cell: SKIPS, cifar10: 90, cifar100: 60.5, imagenet16: 30, parametersM: 0.0733, macsM: 7.78 },
      { index: 3, cell: NOTHING, cifar10: 10, cifar100: 1, imagenet16: 0.8333, parametersM: 0.07, macsM: 7 },
    ]);
  });

  it("says which cell it lacks", () => {
    const table = Nb201Table.parse(`${SHORT}\n${NOTHING},1,2,3,4,5\n`);
    expect(table.find(parseCell(NOTHING))).toMatchObject({ index: 0, macsM: 5 });
    expect(table.find(parseCell(SKIPS))).toBeNull();
    const message = `table of nas-bench-201: got no row for ${SKIPS}, expected one`;
    expect(() => table.row(parseCell(SKIPS))).toThrow(
      expect.objectContaining({ message, code: "E_TABLE_CELL", hint: expect.stringContaining("1 of 15625 cells") }),
    );
  });

  it.each([
    ["", 'line 1 got "", expected a column cell or arch'],
    [SHORT, "got a header alone"],
    [`cell,cifar10,cifar100\n${NOTHING},1,2`, "expected a column imagenet16 or imagenet16_test_200"],
    [`${SHORT},arch\n`, "line 1 got columns cell and arch, expected one of them"],
    [`${SHORT}\n${NOTHING},1,2,3,4`, "line 2 got 5 fields, expected 6"],
    [`${SHORT}\n${SKIPS},1,2,3,4,5\n${NOTHING},1,2,3,4,five`, 'line 3, column macs_m: got "five", expected a number'],
    [`${SHORT}\n${NOTHING},1,2,,4,5`, 'line 2, column imagenet16: got "", expected a number from 0 to 100'],
    [`${SHORT}\n${NOTHING},1,100.1,3,4,5`, 'line 2, column cifar100: got "100.1"'],
    [`${SHORT}\n${NOTHING},-1,2,3,4,5`, 'line 2, column cifar10: got "-1"'],
    [`${SHORT}\n${NOTHING},1,2,3,Infinity,5`, 'line 2, column parameters_m: got "Infinity"'],
    [`index,${SHORT}\n15625,${NOTHING},1,2,3,4,5`, 'line 2, column index: got "15625", expected an integer from 0 to'],
    [`index,${SHORT}\n,${NOTHING},1,2,3,4,5`, 'line 2, column index: got ""'],
    [`${SHORT}\n|x|,1,2,3,4,5`, "line 2, column cell: architecture: got 1 nodes, expected 3"],
    [`${SHORT}\n${NOTHING},1,2,3,4,5\n${NOTHING},1,2,3,4,5`, `line 3 got the cell ${NOTHING} again`],
  ])("refuses %j", (text, message) => {
    const read = () => Nb201Table.parse(text);
    expect(read).toThrow(IstaNasError);
    expect(read).toThrow(
      expect.objectContaining({
        ...{ message: expect.stringContaining(message), code: "E_TABLE", kind: "usage" },
        hint: expect.stringContaining(
          "arch, cifar10_test_200, cifar100_test_200, imagenet16_test_200, params_m, flops_m",
        ),
      }),
    );
  });
});
