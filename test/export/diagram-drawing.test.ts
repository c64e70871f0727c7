import { describe, expect, it } from "vitest";
import { drawDiagram } from "../../src/export/diagram-drawing.ts";
import { dartsSpace, NAMED_GENOTYPES } from "../../src/spaces/darts/index.ts";
import { CHAIN_SHAPES, mobileSpace } from "../../src/spaces/mobile/index.ts";
import { nb201Space } from "../../src/spaces/nas-bench-201/index.ts";

const { draw } = dartsSpace();

/** The elements of an SVG text, after a check that tags nest and attributes are quoted. */
function elementsOf(svg: string): string[] {
  const open: string[] = [];
  const names: string[] = [];
  for (const [tag, closing, name, attributes, isEmpty] of svg.matchAll(/<(\/?)([\w-]+)([^<>]*?)(\/?)>/g)) {
    if (closing === "/") expect(open.pop()).toBe(name);
    else {
      expect(attributes, tag).toMatch(/^( [\w:-]+="[^"<&]*")*$/);
      names.push(name!);
      if (isEmpty === "") open.push(name!);
    }
  }
  expect(open).toEqual([]);
  return names;
}

describe("drawDiagram", () => {
  it.each(["ISTA_twostage", "ISTA_onestage"] as const)("draws %s as before", async (name) => {
    const svg = drawDiagram(draw(NAMED_GENOTYPES[name]));
    elementsOf(svg);
    await expect(svg).toMatchFileSnapshot(`../golden/cells/${name}.svg`);
  });

  it("is an image with a name and a description, and needs nothing from elsewhere", () => {
    const svg = drawDiagram(draw(NAMED_GENOTYPES.DARTS_V2), { title: 'best <of> "7" & more', id: "run-7" });
    elementsOf(svg);
    expect(svg).toMatch(
      /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" [^>]*role="img" aria-labelledby="run-7-title run-7-desc"/,
    );
    expect(svg).toContain('<title id="run-7-title">best &lt;of&gt; &quot;7&quot; &amp; more</title>');
    expect(svg).toContain(
      "node 3 = skip_connect(node 0) + max_pool_3x3(c[k-1]); c[k] = concat(nodes 0, 1, 2, 3).</desc>",
    );
    expect(svg.replace("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:|url\(|href|<style|<script|<image/);
  });

  it("labels each kept primitive and explains the marks", () => {
    const svg = drawDiagram(draw(NAMED_GENOTYPES.ISTA_onestage));
    const { normal, reduce } = NAMED_GENOTYPES.ISTA_onestage;
    const labels = [...svg.matchAll(/>(\w+)<\/text>/g)].map((match) => match[1]!).filter((label) => /_/.test(label));
    expect(labels.sort()).toEqual(
      [...normal, ...reduce]
        .flat()
        .map(({ primitive }) => primitive)
        .sort(),
    );
    for (const name of [
      "skip connection",
      "pooling",
      "separable convolution",
      "dilated convolution",
      "joined as output",
    ]) {
      expect(svg).toContain(`>${name}</text>`);
    }
  });

  it("marks picks with a negative weight, and explains the mark only then", async () => {
    const genotype = NAMED_GENOTYPES.ISTA_onestage;
    const svg = drawDiagram(draw(genotype, [[-0.5, 0.2], [0.1, -1e-9], [], [], [0, 0], [0, -3]]));
    elementsOf(svg);
    await expect(svg).toMatchFileSnapshot("../golden/cells/negative-weights.svg");
    // A badge a pick and one in the legend; a box and two wires a pick.
    expect(svg.match(/<circle /g)).toHaveLength(3 + 1);
    expect(svg.match(/stroke-dasharray/g)).toHaveLength(3 * 3);
    expect(svg).toContain(">negative weight, absorbed</text>");
    expect(svg).toContain("node 0 = -skip_connect(c[k-2]) + dil_conv_3x3(c[k-1]); node 1");
    expect(drawDiagram(draw(genotype, [[0, 1]]))).toBe(drawDiagram(draw(genotype)));
  });

  it("draws cells of other spaces, with a legend of their own", async () => {
    const nb201 = nb201Space();
    const cell = nb201.parse("|nor_conv_3x3~0|+|none~0|nor_conv_3x3~1|+|skip_connect~0|none~1|avg_pool_3x3~2|");
    const mobile = mobileSpace({ ...CHAIN_SHAPES.small, stages: CHAIN_SHAPES.small.stages.slice(0, 2) });
    const chain = mobile.parse("mb3_3x3 mb6_5x5 identity | mb3_7x7 identity mb6_3x3");
    for (const [name, diagram] of [
      ["nas-bench-201", nb201.draw(cell, [[-1]])],
      ["mobile", mobile.draw(chain)],
    ] as const) {
      const svg = drawDiagram(diagram);
      elementsOf(svg);
      await expect(svg).toMatchFileSnapshot(`../golden/cells/${name}.svg`);
      expect(svg).not.toContain("separable");
      expect(svg).not.toContain("joined as output");
    }
  });

  it("stands the cells side by side or one below the other", () => {
    const sizeOf = (svg: string) =>
      [...svg.matchAll(/ (?:width|height)="([\d.]+)"/g)].slice(0, 2).map((match) => Number(match[1]));
    const genotype = NAMED_GENOTYPES.ISTA_twostage;
    const [stackedWidth, stackedHeight] = sizeOf(drawDiagram(draw(genotype)));
    const [besideWidth, besideHeight] = sizeOf(drawDiagram(draw(genotype), { arrangement: "beside" }));
    expect(besideWidth).toBeGreaterThan(stackedWidth!);
    expect(besideHeight).toBeLessThan(stackedHeight!);
    const [titledWidth] = sizeOf(drawDiagram(draw(genotype), { title: "t".repeat(400) }));
    expect(titledWidth).toBeGreaterThan(4000);
  });
});
