import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  assertGenotype,
  type CellGenotype,
  formatGenotypeJson,
  formatGenotypeText,
  fromSavedGenotype,
  NAMED_GENOTYPES,
  parseGenotype,
  toSavedGenotype,
} from "../../../src/spaces/darts/index.ts";
import { spacesWithGenotype } from "./arbitraries.ts";

const TWO_STAGE_TEXT =
  "ISTA_twostage = Genotype(normal=[('skip_connect', 0), ('dil_conv_3x3', 1), ('sep_conv_5x5', 0), ('dil_conv_3x3', 2), " +
  "('dil_conv_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', 2), ('skip_connect', 0)], normal_concat=range(2, 6), " +
  "reduce=[('avg_pool_3x3', 0), ('sep_conv_5x5', 1), ('dil_conv_5x5', 2), ('max_pool_3x3', 1), ('dil_conv_5x5', 3), " +
  "('sep_conv_3x3', 1), ('dil_conv_5x5', 4), ('sep_conv_5x5', 1)], reduce_concat=range(2, 6))";

const ONE_NODE = {
  normal: [
    ["skip_connect", 0],
    ["skip_connect", 1],
  ],
  normal_concat: [2],
};
const SMALL = { ...ONE_NODE, reduce: ONE_NODE.normal, reduce_concat: [2] };

describe("named genotypes", () => {
  it("print as DARTS code does", () => {
    expect(formatGenotypeText(NAMED_GENOTYPES.ISTA_twostage, "ISTA_twostage")).toBe(TWO_STAGE_TEXT);
    expect(
      Object.entries(NAMED_GENOTYPES)
        .map(([name, genotype]) => formatGenotypeText(genotype, name))
        .join("\n"),
    ).toMatchInlineSnapshot(`
      "ISTA_twostage = Genotype(normal=[('skip_connect', 0), ('dil_conv_3x3', 1), ('sep_conv_5x5', 0), ('dil_conv_3x3', 2), ('dil_conv_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', 2), ('skip_connect', 0)], normal_concat=range(2, 6), reduce=[('avg_pool_3x3', 0), ('sep_conv_5x5', 1), ('dil_conv_5x5', 2), ('max_pool_3x3', 1), ('dil_conv_5x5', 3), ('sep_conv_3x3', 1), ('dil_conv_5x5', 4), ('sep_conv_5x5', 1)], reduce_concat=range(2, 6))
      ISTA_onestage = Genotype(normal=[('skip_connect', 0), ('dil_conv_3x3', 1), ('sep_conv_3x3', 1), ('dil_conv_5x5', 2), ('avg_pool_3x3', 3), ('sep_conv_3x3', 1), ('sep_conv_5x5', 1), ('sep_conv_3x3', 2)], normal_concat=range(2, 6), reduce=[('avg_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 0), ('max_pool_3x3', 1), ('sep_conv_5x5', 1), ('avg_pool_3x3', 0), ('max_pool_3x3', 0), ('dil_conv_5x5', 2)], reduce_concat=range(2, 6))
      ISTA_ImageNet = Genotype(normal=[('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('skip_connect', 2), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('dil_conv_5x5', 4)], normal_concat=range(2, 6), reduce=[('skip_connect', 0), ('sep_conv_3x3', 1), ('dil_conv_5x5', 2), ('sep_conv_3x3', 0), ('sep_conv_3x3', 0), ('skip_connect', 2), ('sep_conv_3x3', 2), ('skip_connect', 3)], reduce_concat=range(2, 6))
      DARTS_V1 = Genotype(normal=[('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('skip_connect', 0), ('sep_conv_3x3', 1), ('skip_connect', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('skip_connect', 2)], normal_concat=range(2, 6), reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 0), ('max_pool_3x3', 0), ('skip_connect', 2), ('skip_connect', 2), ('avg_pool_3x3', 0)], reduce_concat=range(2, 6))
      DARTS_V2 = Genotype(normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 1), ('skip_connect', 0), ('skip_connect', 0), ('dil_conv_3x3', 2)], normal_concat=range(2, 6), reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 1), ('max_pool_3x3', 0), ('skip_connect', 2), ('skip_connect', 2), ('max_pool_3x3', 1)], reduce_concat=range(2, 6))
      PC_DARTS = Genotype(normal=[('sep_conv_3x3', 1), ('skip_connect', 0), ('sep_conv_3x3', 0), ('dil_conv_3x3', 1), ('sep_conv_5x5', 0), ('sep_conv_3x3', 1), ('avg_pool_3x3', 0), ('dil_conv_3x3', 1)], normal_concat=range(2, 6), reduce=[('sep_conv_5x5', 1), ('max_pool_3x3', 0), ('sep_conv_5x5', 1), ('sep_conv_5x5', 2), ('sep_conv_3x3', 0), ('sep_conv_3x3', 3), ('sep_conv_3x3', 1), ('sep_conv_3x3', 2)], reduce_concat=range(2, 6))"
    `);
  });

  it("are saved with the keys of the published code", () => {
    expect(formatGenotypeJson(NAMED_GENOTYPES.ISTA_onestage)).toMatchInlineSnapshot(`
      "{
        "normal": [["skip_connect", 0], ["dil_conv_3x3", 1], ["sep_conv_3x3", 1], ["dil_conv_5x5", 2], ["avg_pool_3x3", 3], ["sep_conv_3x3", 1], ["sep_conv_5x5", 1], ["sep_conv_3x3", 2]],
        "normal_concat": [2, 3, 4, 5],
        "reduce": [["avg_pool_3x3", 0], ["max_pool_3x3", 1], ["skip_connect", 0], ["max_pool_3x3", 1], ["sep_conv_5x5", 1], ["avg_pool_3x3", 0], ["max_pool_3x3", 0], ["dil_conv_5x5", 2]],
        "reduce_concat": [2, 3, 4, 5]
      }
      "
    `);
  });

  it("are legal", () => {
    for (const genotype of Object.values(NAMED_GENOTYPES)) assertGenotype(genotype);
  });
});

describe("parseGenotype", () => {
  it("reads back JSON and text, whatever the nodes keep", () => {
    fc.assert(
      fc.property(spacesWithGenotype, ([space, genotype]) => {
        const json = formatGenotypeJson(genotype);
        expect(parseGenotype(json)).toEqual(genotype);
        expect(fromSavedGenotype(JSON.parse(json))).toEqual(genotype);
        expect(fromSavedGenotype(toSavedGenotype(genotype))).toEqual(genotype);
        expect(parseGenotype(formatGenotypeText(genotype))).toEqual(genotype);
        expect(parseGenotype(formatGenotypeText(genotype, "found"))).toEqual(genotype);
        expect(typeof JSON.parse(json).normal[0][0]).toBe(space.sparsity === 2 ? "string" : "object");
      }),
      { seed: 1 },
    );
  });

  it("reads a cell whose nodes keep different numbers", () => {
    const entry = (source: number) => ({ primitive: "skip_connect", source }) as const;
    const normal: CellGenotype = [[entry(0)], [entry(2), entry(1), entry(0)]];
    const genotype = { normal, normalConcat: [3, 2], reduce: [[entry(1), entry(0)]], reduceConcat: [2] };
    expect(toSavedGenotype(genotype)).toEqual({
      normal: [
        [["skip_connect", 0]],
        [
          ["skip_connect", 2],
          ["skip_connect", 1],
          ["skip_connect", 0],
        ],
      ],
      normal_concat: [3, 2],
      reduce: [
        ["skip_connect", 1],
        ["skip_connect", 0],
      ],
      reduce_concat: [2],
    });
    expect(parseGenotype(formatGenotypeJson(genotype))).toEqual(genotype);
    expect(formatGenotypeText(genotype)).toContain("normal_concat=[3, 2]");
    expect(parseGenotype(formatGenotypeText(genotype))).toEqual(genotype);
  });

  it("reads what people paste", () => {
    const expected = NAMED_GENOTYPES.ISTA_twostage;
    expect(parseGenotype(TWO_STAGE_TEXT)).toEqual(expected);
    const variants = [
      TWO_STAGE_TEXT.replace("ISTA_twostage = ", ""),
      TWO_STAGE_TEXT.replace("ISTA_twostage", "genotypes.found"),
      TWO_STAGE_TEXT.replaceAll("range(2, 6)", "[2,3,4,5]"),
      TWO_STAGE_TEXT.replaceAll("range(2, 6)", "(2, 3, 4, 5,)"),
      TWO_STAGE_TEXT.replaceAll("'", '"').replaceAll(", ", ",\n  # a remark\r\n  "),
      `\n${TWO_STAGE_TEXT.replaceAll("=", " = ")}  \n`,
      TWO_STAGE_TEXT.replace(/\)$/, ",\n)"),
    ];
    for (const text of variants) expect(parseGenotype(text)).toEqual(expected);
    expect(parseGenotype(JSON.stringify(SMALL))).toEqual(parseGenotype(JSON.stringify(SMALL, null, 4)));
  });

  it.each([
    ["", "line 1, column 1: got the end of the text, expected a genotype"],
    ["Genotype(normal=[('skip_connect' 0)])", 'line 1, column 34: got "0", expected "," or ")"'],
    ['{\n  "normal": [["skip_connect", 0.5]]\n}', 'line 2, column 32: got ".", expected "," or "]"'],
    ["Genotype([])", 'line 1, column 10: got "[", expected a key'],
    ["Genotype(normal)", 'line 1, column 16: got ")", expected "="'],
    ["Genotype(normal=[], normal=[])", 'line 1, column 21: got "n", expected normal only once'],
    ["{normal: []}", 'line 1, column 2: got "n", expected a string'],
    ["{'normal: []}", "expected a string on one line"],
    ["Genotype(normal=true)", 'column 17: got "t", expected a genotype, a list, a string or an integer'],
    ["Genotype(normal_concat=range(2, 1000000))", 'column 24: got "r", expected range(first, end)'],
    ["Genotype(normal_concat=range(2, 6, 1))", "expected range(first, end)"],
    ["[".repeat(100_000), 'column 9: got "[", expected at most 8 brackets'],
    [`${TWO_STAGE_TEXT} ISTA`, "expected nothing more"],
  ])("places the syntax error in %j", (text, message) => {
    expect(() => parseGenotype(text)).toThrow(
      expect.objectContaining({ code: "E_GENOTYPE_SYNTAX", kind: "usage", message: expect.stringContaining(message) }),
    );
  });

  it.each([
    ["E_GENOTYPE_SHAPE", 3, "shape: got 3, expected an object"],
    ["E_GENOTYPE_SHAPE", [], "shape: got [], expected an object"],
    ["E_GENOTYPE_SHAPE", ONE_NODE, "shape reduce: got nothing, expected a list of [primitive, source] pairs"],
    ["E_GENOTYPE_SHAPE", { ...SMALL, accuracy: 1 }, 'shape: got also the keys ["accuracy"], expected'],
    ["E_GENOTYPE_SHAPE", { ...SMALL, normal: [["skip_connect", 0, 1]] }, "expected a list of [primitive"],
    ["E_GENOTYPE_SHAPE", { ...SMALL, normal: [[0, "skip_connect"]] }, "expected a list of [primitive"],
    ["E_GENOTYPE_SHAPE", { ...SMALL, normal_concat: 4 }, "normal_concat: got 4, expected a list of node numbers"],
    [
      "E_PRIMITIVE",
      {
        ...SMALL,
        normal: [
          ["conv_7x1_1x7", 0],
          ["skip_connect", 1],
        ],
      },
      "genotype normal node 0: unknown",
    ],
    [
      "E_PRIMITIVE_NONE",
      {
        ...SMALL,
        reduce: [
          ["none", 0],
          ["skip_connect", 1],
        ],
      },
      "genotype reduce node 0: ",
    ],
    [
      "E_GENOTYPE_SOURCE",
      {
        ...SMALL,
        normal: [
          ["skip_connect", 0],
          ["skip_connect", 2],
        ],
      },
      "got 2, expected 0 to 1",
    ],
    [
      "E_GENOTYPE_SOURCE",
      {
        ...SMALL,
        normal: [
          ["skip_connect", 0],
          ["skip_connect", -1],
        ],
      },
      "got -1, expected 0 to 1",
    ],
    ["E_GENOTYPE_ENTRIES", { ...SMALL, normal: [] }, "normal: got no entries"],
    ["E_GENOTYPE_ENTRIES", { ...SMALL, reduce: [[]] }, "reduce node 0: got no entries"],
    ["E_GENOTYPE_ENTRIES", { ...SMALL, reduce: [["skip_connect", 0]] }, "got 1, expected an even number"],
    [
      "E_GENOTYPE_DUPLICATE",
      {
        ...SMALL,
        reduce: [
          ["skip_connect", 0],
          ["skip_connect", 0],
        ],
      },
      "source 0 twice",
    ],
    ["E_GENOTYPE_CONCAT", { ...SMALL, normal_concat: [] }, "normal_concat: got []"],
    ["E_GENOTYPE_CONCAT", { ...SMALL, normal_concat: [2, 2] }, "got [2, 2]"],
    ["E_GENOTYPE_CONCAT", { ...SMALL, reduce_concat: [1] }, "reduce_concat: got [1], expected distinct intermediate"],
    ["E_GENOTYPE_CONCAT", { ...SMALL, reduce_concat: [3] }, "nodes from 2 to 2"],
  ])("refuses with %s the genotype %j", (code, value, message) => {
    expect(() => parseGenotype(JSON.stringify(value))).toThrow(
      expect.objectContaining({ code, kind: "usage", message: expect.stringContaining(message) }),
    );
  });

  it("reads -0 as 0, so that what is written again reads the same", () => {
    const text = formatGenotypeText(NAMED_GENOTYPES.DARTS_V2).replace("3x3', 0)", "3x3', -00)");
    expect(parseGenotype(text)).toEqual(NAMED_GENOTYPES.DARTS_V2);
  });
});
