import { describe, expect, it } from "vitest";
import { formatDiagram, panelEquations } from "../../src/export/diagram-text.ts";
import { dartsSpace, NAMED_GENOTYPES } from "../../src/spaces/darts/index.ts";
import { CHAIN_SHAPES, mobileSpace } from "../../src/spaces/mobile/index.ts";
import { nb201Space } from "../../src/spaces/nas-bench-201/index.ts";

const { draw } = dartsSpace();

const diagram = draw(NAMED_GENOTYPES.ISTA_onestage);

describe("formatDiagram", () => {
  it("sets the cells side by side where both fit", () => {
    expect(formatDiagram(diagram, { width: 112 })).toMatchInlineSnapshot(`
      "normal cell                                               reduction cell
        node 0 = skip_connect(c[k-2]) + dil_conv_3x3(c[k-1])      node 0 = avg_pool_3x3(c[k-2]) + max_pool_3x3(c[k-1])
        node 1 = sep_conv_3x3(c[k-1]) + dil_conv_5x5(node 0)      node 1 = skip_connect(c[k-2]) + max_pool_3x3(c[k-1])
        node 2 = avg_pool_3x3(node 1) + sep_conv_3x3(c[k-1])      node 2 = sep_conv_5x5(c[k-1]) + avg_pool_3x3(c[k-2])
        node 3 = sep_conv_5x5(c[k-1]) + sep_conv_3x3(node 0)      node 3 = max_pool_3x3(c[k-2]) + dil_conv_5x5(node 0)
        c[k]   = concat(nodes 0, 1, 2, 3)                         c[k]   = concat(nodes 0, 1, 2, 3)"
    `);
  });

  it("sets them one below the other by default", () => {
    expect(formatDiagram(diagram)).toMatchInlineSnapshot(`
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
    expect(formatDiagram(diagram, { width: 40 })).toMatchInlineSnapshot(`
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
    const signed = draw(NAMED_GENOTYPES.ISTA_onestage, [[-1, -1], [-1, -1], [-1, -1], [-1, -1], [-1]]);
    for (const width of [35, 50, 54, 55, 79, 80, 109, 110, 111, 200]) {
      expect(widest(formatDiagram(diagram, { width }))).toBeLessThanOrEqual(width);
      expect(widest(formatDiagram(signed, { width: width + 1 }))).toBeLessThanOrEqual(width + 1);
    }
  });

  it("has a minus before a pick with a negative weight, and says what it means", () => {
    const signed = draw(NAMED_GENOTYPES.ISTA_onestage, [[-0.5, 0.2], [0.1, -1e-9], [], [], [0, 0], [0, -3]]);
    expect(formatDiagram(signed)).toMatchInlineSnapshot(`
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
    expect(formatDiagram(signed, { width: 40 })).toContain(
      [
        "  node 0 = -skip_connect(c[k-2])",
        "          + dil_conv_3x3(c[k-1])",
        "  node 1 =  sep_conv_3x3(c[k-1])",
        "          - dil_conv_5x5(node 0)",
      ].join("\n"),
    );
    expect(panelEquations(signed.panels[0]!)[0]).toBe("node 0 = -skip_connect(c[k-2]) + dil_conv_3x3(c[k-1])");
    const positive = draw(NAMED_GENOTYPES.ISTA_onestage, [[0, 1]]);
    expect(formatDiagram(positive)).toBe(formatDiagram(diagram));
  });

  it("colours by family without moving anything", () => {
    const plain = formatDiagram(diagram, { width: 112 });
    const colourful = formatDiagram(diagram, { width: 112, colour: true });
    const parts = colourful.split("\u001b[");
    expect(parts.map((part, i) => (i === 0 ? part : part.slice(part.indexOf("m") + 1))).join("")).toBe(plain);
    expect(colourful).toContain("\u001b[1mnormal cell\u001b[22m");
    expect(colourful).toContain("\u001b[90mskip_connect\u001b[39m(c[k-2]) + \u001b[32mdil_conv_3x3\u001b[39m(c[k-1])");
    expect(parts.length - 1).toBe(2 * 2 + 2 * 16);
  });

  it("aligns nodes of different counts, and names a single output node", () => {
    const skip = (source: number) => ({ primitive: "skip_connect", source }) as const;
    const cell = [[skip(0)], [{ primitive: "dil_conv_5x5", source: 2 } as const, skip(1), skip(2)]];
    const uneven = draw({ normal: cell, normalConcat: [3], reduce: cell, reduceConcat: [3] });
    expect(panelEquations(uneven.panels[0]!)).toEqual([
      "node 0 = skip_connect(c[k-2])",
      "node 1 = dil_conv_5x5(node 0) + skip_connect(c[k-1]) + skip_connect(node 0)",
      "c[k] = node 1",
    ]);
    expect(formatDiagram(uneven)).toContain(
      "  node 0 = skip_connect(c[k-2])\n  node 1 = dil_conv_5x5(node 0) + skip_connect(c[k-1]) + skip_connect(node 0)\n  c[k]   = node 1",
    );
  });

  it("writes a cell of NAS-Bench-201, nodes that nothing reaches included", () => {
    const space = nb201Space();
    const cell = space.parse("|none~0|+|skip_connect~0|none~1|+|avg_pool_3x3~0|nor_conv_1x1~1|nor_conv_3x3~2|");
    expect(formatDiagram(space.draw(cell, [[], [-1]]))).toMatchInlineSnapshot(`
      "cell
        node 1 =  0
        node 2 = -skip_connect(node 0)
        node 3 =  avg_pool_3x3(node 0) + nor_conv_1x1(node 1) + nor_conv_3x3(node 2)
        output =  node 3

      minus: a negative weight, absorbed"
    `);
    expect(formatDiagram(space.draw(cell), { colour: true })).toContain("\u001b[33mnor_conv_3x3\u001b[39m(node 2)");
  });

  it("writes a chain stage by stage, layers that keep nothing included", () => {
    const space = mobileSpace({
      ...CHAIN_SHAPES.small,
      stages: [
        { channels: 16, layers: 3, stride: 2 },
        { channels: 16, layers: 1, stride: 1 },
      ],
    });
    expect(formatDiagram(space.draw(space.parse("mb3_3x3 identity mb6_7x7 | identity")))).toMatchInlineSnapshot(`
      "stage 0                          stage 1
        layer 0 = mb3_3x3(input)         layer 0 = identity(input)
        layer 1 = identity(layer 0)      output  = layer 0
        layer 2 = mb6_7x7(layer 1)
        output  = layer 2"
    `);
  });
});
