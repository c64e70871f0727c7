import { describe, expect, it } from "vitest";
import { cellEquations, formatCells } from "../../src/export/cell-text.ts";
import { NAMED_GENOTYPES } from "../../src/space/index.ts";

const genotype = NAMED_GENOTYPES.ISTA_onestage;

describe("formatCells", () => {
  it("sets the cells side by side where both fit", () => {
    expect(formatCells(genotype, { width: 112 })).toMatchInlineSnapshot(`
      "normal cell                                               reduction cell
        node 0 = skip_connect(c[k-2]) + dil_conv_3x3(c[k-1])      node 0 = avg_pool_3x3(c[k-2]) + max_pool_3x3(c[k-1])
        node 1 = sep_conv_3x3(c[k-1]) + dil_conv_5x5(node 0)      node 1 = skip_connect(c[k-2]) + max_pool_3x3(c[k-1])
        node 2 = avg_pool_3x3(node 1) + sep_conv_3x3(c[k-1])      node 2 = sep_conv_5x5(c[k-1]) + avg_pool_3x3(c[k-2])
        node 3 = sep_conv_5x5(c[k-1]) + sep_conv_3x3(node 0)      node 3 = max_pool_3x3(c[k-2]) + dil_conv_5x5(node 0)
        c[k]   = concat(nodes 0, 1, 2, 3)                         c[k]   = concat(nodes 0, 1, 2, 3)"
    `);
  });

  it("sets them one below the other by default", () => {
    expect(formatCells(genotype)).toMatchInlineSnapshot(`
      "normal cell
        node 0 = skip_connect(c[k-2]) + dil_conv_3x3(c[k-1])
        node 1 = sep_conv_3x3(c[k-1]) + dil_conv_5x5(node 0)
        node 2 = avg_pool_3x3(node 1) + sep_conv_3x3(c[k-1])
        node 3 = sep_conv_5x5(c[k-1]) + sep_conv_3x3(node 0)
        c[k]   = concat(nodes 0, 1, 2, 3)

      reduction cell
        node 0 = avg_pool_3x3(c[k-2]) + max_pool_3x3(c[k-1])
        node 1 = skip_connect(c[k-2]) + max_pool_3x3(c[k-1])
        node 2 = sep_conv_5x5(c[k-1]) + avg_pool_3x3(c[k-2])
        node 3 = max_pool_3x3(c[k-2]) + dil_conv_5x5(node 0)
        c[k]   = concat(nodes 0, 1, 2, 3)"
    `);
  });

  it("breaks lines at terms where not even one fits", () => {
    expect(formatCells(genotype, { width: 40 })).toMatchInlineSnapshot(`
      "normal cell
        node 0 = skip_connect(c[k-2])
               + dil_conv_3x3(c[k-1])
        node 1 = sep_conv_3x3(c[k-1])
               + dil_conv_5x5(node 0)
        node 2 = avg_pool_3x3(node 1)
               + sep_conv_3x3(c[k-1])
        node 3 = sep_conv_5x5(c[k-1])
               + sep_conv_3x3(node 0)
        c[k]   = concat(nodes 0, 1, 2, 3)

      reduction cell
        node 0 = avg_pool_3x3(c[k-2])
               + max_pool_3x3(c[k-1])
        node 1 = skip_connect(c[k-2])
               + max_pool_3x3(c[k-1])
        node 2 = sep_conv_5x5(c[k-1])
               + avg_pool_3x3(c[k-2])
        node 3 = max_pool_3x3(c[k-2])
               + dil_conv_5x5(node 0)
        c[k]   = concat(nodes 0, 1, 2, 3)"
    `);
  });

  it("keeps to the width it is given", () => {
    const widest = (text: string) => Math.max(...text.split("\n").map((line) => line.length));
    const edgeWeights = { normal: new Float32Array(8).fill(-1), reduce: [-1] };
    for (const width of [35, 50, 54, 55, 79, 80, 109, 110, 111, 200]) {
      expect(widest(formatCells(genotype, { width }))).toBeLessThanOrEqual(width);
      expect(widest(formatCells(genotype, { width: width + 1, edgeWeights }))).toBeLessThanOrEqual(width + 1);
    }
  });

  it("has a minus before a pick with a negative weight, and says what it means", () => {
    const edgeWeights = { normal: [-0.5, 0.2, 0.1, -1e-9, 0, 0, 0, 0], reduce: [0, 0, 0, -3, 0, 0, 0, 0] };
    expect(formatCells(genotype, { edgeWeights })).toMatchInlineSnapshot(`
      "normal cell
        node 0 = -skip_connect(c[k-2]) + dil_conv_3x3(c[k-1])
        node 1 =  sep_conv_3x3(c[k-1]) - dil_conv_5x5(node 0)
        node 2 =  avg_pool_3x3(node 1) + sep_conv_3x3(c[k-1])
        node 3 =  sep_conv_5x5(c[k-1]) + sep_conv_3x3(node 0)
        c[k]   =  concat(nodes 0, 1, 2, 3)

      reduction cell
        node 0 = avg_pool_3x3(c[k-2]) + max_pool_3x3(c[k-1])
        node 1 = skip_connect(c[k-2]) - max_pool_3x3(c[k-1])
        node 2 = sep_conv_5x5(c[k-1]) + avg_pool_3x3(c[k-2])
        node 3 = max_pool_3x3(c[k-2]) + dil_conv_5x5(node 0)
        c[k]   = concat(nodes 0, 1, 2, 3)

      minus: a negative weight, absorbed"
    `);
    expect(formatCells(genotype, { edgeWeights, width: 40 })).toContain(
      [
        "  node 0 = -skip_connect(c[k-2])",
        "          + dil_conv_3x3(c[k-1])",
        "  node 1 =  sep_conv_3x3(c[k-1])",
        "          - dil_conv_5x5(node 0)",
      ].join("\n"),
    );
    expect(cellEquations(genotype.normal, genotype.normalConcat, edgeWeights.normal)[0]).toBe(
      "node 0 = -skip_connect(c[k-2]) + dil_conv_3x3(c[k-1])",
    );
    const positive = { normal: new Float32Array(8), reduce: new Float32Array(8).fill(1) };
    expect(formatCells(genotype, { edgeWeights: positive })).toBe(formatCells(genotype));
  });

  it("colours by family without moving anything", () => {
    const plain = formatCells(genotype, { width: 112 });
    const colourful = formatCells(genotype, { width: 112, colour: true });
    const parts = colourful.split("\u001b[");
    expect(parts.map((part, i) => (i === 0 ? part : part.slice(part.indexOf("m") + 1))).join("")).toBe(plain);
    expect(colourful).toContain("\u001b[1mnormal cell\u001b[22m");
    expect(colourful).toContain("\u001b[90mskip_connect\u001b[39m(c[k-2]) + \u001b[32mdil_conv_3x3\u001b[39m(c[k-1])");
    expect(parts.length - 1).toBe(2 * 2 + 2 * 16);
  });

  it("aligns nodes of different counts, and names a single output node", () => {
    const skip = (source: number) => ({ primitive: "skip_connect", source }) as const;
    const cell = [[skip(0)], [{ primitive: "dil_conv_5x5", source: 2 } as const, skip(1), skip(2)]];
    expect(cellEquations(cell, [3])).toEqual([
      "node 0 = skip_connect(c[k-2])",
      "node 1 = dil_conv_5x5(node 0) + skip_connect(c[k-1]) + skip_connect(node 0)",
      "c[k] = concat(node 1)",
    ]);
    expect(formatCells({ normal: cell, normalConcat: [3], reduce: cell, reduceConcat: [3] })).toContain(
      "  node 0 = skip_connect(c[k-2])\n  node 1 = dil_conv_5x5(node 0) + skip_connect(c[k-1]) + skip_connect(node 0)\n  c[k]   = concat",
    );
  });
});
