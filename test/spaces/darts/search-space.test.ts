import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { spaceSize } from "../../../src/choice/index.ts";
import {
  type DartsSpaceOptions,
  dartsCells,
  dartsSpace,
  deriveGenotype,
  genotypeSupports,
  isPrimitive,
  NAMED_GENOTYPES,
  PRIMITIVES,
  parsePrimitive,
  primitiveFamily,
} from "../../../src/spaces/darts/index.ts";
import { spacesWithGenotype } from "./arbitraries.ts";

describe("primitives", () => {
  it("keep the published order and have a family each", () => {
    expect(PRIMITIVES.map((primitive) => `${primitive} ${primitiveFamily(primitive)}`)).toEqual([
      "max_pool_3x3 pool",
      "avg_pool_3x3 pool",
      "skip_connect skip",
      "sep_conv_3x3 separable",
      "sep_conv_5x5 separable",
      "dil_conv_3x3 dilated",
      "dil_conv_5x5 dilated",
    ]);
  });

  it("are read by name, and a wrong name lists the right ones", () => {
    expect(parsePrimitive("skip_connect")).toBe("skip_connect");
    expect(isPrimitive("sep_conv_7x7")).toBe(false);
    expect(() => parsePrimitive("sep_conv_7x7")).toThrow(
      expect.objectContaining({
        code: "E_PRIMITIVE",
        kind: "usage",
        message:
          'primitive: unknown primitive, got "sep_conv_7x7", expected one of ' +
          "max_pool_3x3, avg_pool_3x3, skip_connect, sep_conv_3x3, sep_conv_5x5, dil_conv_3x3, dil_conv_5x5",
      }),
    );
    expect(() => parsePrimitive("none")).toThrow(expect.objectContaining({ code: "E_PRIMITIVE_NONE", kind: "usage" }));
  });
});

describe("dartsCells", () => {
  const space = dartsCells();

  it("has one group per node of each cell, with seven candidates per edge", () => {
    expect(space.groups.map((group) => `${group.name} ${group.candidates.length} ${group.sparsity}`)).toEqual(
      ["normal", "reduce"].flatMap((cell) => [14, 21, 28, 35].map((count, node) => `${cell}/node${node} ${count} 2`)),
    );
    for (const group of space.groups) {
      for (const [index, { source, primitive }] of group.candidates.entries()) {
        expect(index).toBe(source * 7 + PRIMITIVES.indexOf(primitive));
      }
    }
  });

  it("holds as many genotypes as published", () => {
    const normal = space.groups.filter((group) => group.cell === "normal");
    expect(spaceSize(normal)).toBe(4_298_030_100n);
    expect(spaceSize(space.groups)).toBe(4_298_030_100n ** 2n);
    expect(spaceSize(dartsCells({ sparsity: 1, intermediateCount: 1 }).groups)).toBe(14n ** 2n);
    expect(spaceSize(dartsCells({ sparsity: 14, intermediateCount: 1 }).groups)).toBe(1n);
  });

  it("refuses counts that make no cell", () => {
    for (const options of [
      { sparsity: 0 },
      { sparsity: 15 },
      { sparsity: 1.5 },
      { intermediateCount: 0 },
      { intermediateCount: 17 },
    ]) {
      expect(() => dartsCells(options)).toThrow(expect.objectContaining({ code: "E_SPACE_OPTION", kind: "usage" }));
    }
  });
});

describe("deriveGenotype", () => {
  const space = dartsCells();
  const supports = Array.from({ length: 8 }, () => [9, 3]);

  it("reads candidate indices as edge * 7 + primitive and keeps their order", () => {
    const genotype = deriveGenotype(space, supports);
    expect(genotype.reduce[3]).toEqual([
      { source: 1, primitive: "skip_connect" },
      { source: 0, primitive: "sep_conv_3x3" },
    ]);
    expect(genotype.normalConcat).toEqual([2, 3, 4, 5]);
  });

  it("is undone by genotypeSupports, and undoes it", () => {
    fc.assert(
      fc.property(spacesWithGenotype, ([drawnSpace, genotype]) => {
        expect(deriveGenotype(drawnSpace, genotypeSupports(drawnSpace, genotype))).toEqual(genotype);
      }),
      { seed: 1 },
    );
    expect(genotypeSupports(space, deriveGenotype(space, supports))).toEqual(supports);
    for (const genotype of Object.values(NAMED_GENOTYPES)) {
      expect(deriveGenotype(space, genotypeSupports(space, genotype))).toEqual(genotype);
    }
  });

  it("refuses supports that are none", () => {
    for (const support of [[], [1, 1], [1, 2, 3], [14], [-1], [0.5]]) {
      expect(() => deriveGenotype(space, [support, ...supports.slice(1)])).toThrow(
        expect.objectContaining({ code: "E_SPACE_SUPPORT", message: expect.stringContaining("normal/node0") }),
      );
    }
    expect(() => deriveGenotype(space, supports.slice(1))).toThrow(/got 7, expected 8/);
  });

  it("lets a node keep fewer than the budget", () => {
    const genotype = deriveGenotype(space, [[4], ...supports.slice(1)]);
    expect(genotype.normal[0]).toEqual([{ source: 0, primitive: "sep_conv_5x5" }]);
    expect(genotypeSupports(space, genotype)[0]).toEqual([4]);
  });
});

describe("genotypeSupports", () => {
  const space = dartsCells();
  const genotype = NAMED_GENOTYPES.ISTA_twostage;

  it("refuses a genotype of another space", () => {
    const refusal = (message: RegExp) =>
      expect.objectContaining({ code: "E_GENOTYPE_SPACE", message: expect.stringMatching(message) });
    expect(() => genotypeSupports(dartsCells({ intermediateCount: 3 }), genotype)).toThrow(
      refusal(/got 4 nodes, expected 3/),
    );
    expect(() => genotypeSupports(dartsCells({ sparsity: 1 }), genotype)).toThrow(
      refusal(/got 2 entries, expected 1 to 1/),
    );
    expect(() => genotypeSupports(space, { ...genotype, reduceConcat: [2, 3] })).toThrow(
      refusal(/reduce_concat: got \[2, 3\]/),
    );
    const late = [[{ primitive: "skip_connect", source: 5 } as const], ...genotype.normal.slice(1)];
    expect(() => genotypeSupports(space, { ...genotype, normal: late })).toThrow(refusal(/skip_connect of source 5/));
  });
});

describe("baselines", () => {
  const written = (options: DartsSpaceOptions) => {
    const { baselines, formatText } = dartsSpace(options);
    return (baselines ?? []).map(({ name, architecture }) => ({ name, text: formatText(architecture) }));
  };

  it("are the published genotypes behind two by hand, whose nodes read both inputs, or the one before them and past it", () => {
    const [byHand, plain, ...published] = written({});
    expect(published.map(({ name }) => name)).toEqual(Object.keys(NAMED_GENOTYPES));
    const nodes = Array.from({ length: 4 }, () => "('sep_conv_3x3', 0), ('sep_conv_3x3', 1)").join(", ");
    expect(byHand).toEqual({
      name: "DARTS_all_sep_3x3",
      text: `Genotype(normal=[${nodes}], normal_concat=range(2, 6), reduce=[${nodes}], reduce_concat=range(2, 6))`,
    });
    const blocks = [1, 2, 3, 4].map((node) => `('skip_connect', ${node}), ('sep_conv_3x3', ${node})`).join(", ");
    expect(plain).toEqual({
      name: "DARTS_residual",
      text: `Genotype(normal=[${blocks}], normal_concat=range(2, 6), reduce=[${blocks}], reduce_concat=range(2, 6))`,
    });
  });

  it("are of the space, whatever its nodes keep", () => {
    expect(written({ sparsity: 1 })).toEqual([
      { name: "DARTS_all_sep_3x3", text: expect.stringContaining("normal=[[('sep_conv_3x3', 1)], [(") },
    ]);
    expect(written({ sparsity: 3 })).toEqual(written({}));
    expect(written({ intermediateCount: 2 }).map(({ name }) => name)).toEqual(["DARTS_all_sep_3x3", "DARTS_residual"]);
  });
});
