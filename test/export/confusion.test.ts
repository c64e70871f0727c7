import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { drawConfusion, formatConfusionCsv } from "../../src/export/index.ts";
import { ConfusionMatrix } from "../../src/statistics/index.ts";

const namesOf = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`);

/** The colour in the middle of a field of the image, and whether the image has one size with its SVG. */
async function pixelsOf(svg: string) {
  const { data, info } = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return {
    info,
    at: (x: number, y: number) => [...data.subarray(3 * (y * info.width + x), 3 * (y * info.width + x) + 3)],
  };
}

describe("a confusion matrix as CSV", () => {
  it("has names in its first line and column, quoted where they must be", () => {
    const matrix = new ConfusionMatrix([0, 0, 1, 2], [0, 1, 1, 0], 3);
    expect(formatConfusionCsv(matrix, ["cat", 'a "dog", wet', "two\nlines"])).toBe(
      'class,cat,"a ""dog"", wet","two\nlines"\ncat,1,1,0\n"a ""dog"", wet",0,1,0\n"two\nlines",1,0,0\n',
    );
  });
});

describe("a confusion matrix as a picture", () => {
  it("has names and numbers for few classes, whatever the names are", async () => {
    const matrix = new ConfusionMatrix([0, 0, 1], [0, 1, 1], 2);
    const { svg, density } = drawConfusion(matrix, ["<b>&\u001b[2J\uffff", "x".repeat(100)]);
    expect(svg).toContain(">&lt;b&gt;&amp;\\x1b[2J\ufffd</text>");
    expect(svg).toContain(`>${"x".repeat(23)}…</text>`);
    expect(svg.match(/<rect [^>]*fill-opacity="[\d.]+"/g)).toHaveLength(3);
    expect(svg).toContain('fill="#00795c" fill-opacity="1.000"');
    expect(svg).toContain('fill="#c65102" fill-opacity="0.500"');
    const metadata = await sharp(Buffer.from(svg), { density }).png().toBuffer();
    expect(await sharp(metadata).metadata()).toMatchObject({ format: "png" });
  });

  it("has a square for each field that has images, of many classes", async () => {
    const labels = Array.from({ length: 100 }, (_, index) => index);
    const { svg, density } = drawConfusion(new ConfusionMatrix([...labels, 3], [...labels, 90], 100), namesOf(100));
    expect(density).toBe(96);
    expect(svg).not.toContain("<text");
    const { info, at } = await pixelsOf(svg);
    expect(info).toMatchObject({ width: 1000, height: 1000 });
    expect(at(5, 5)).toEqual([0, 0x79, 0x5c]);
    expect(at(15, 5)).toEqual([255, 255, 255]);
    // Half of class 3 is right, half taken for class 90, across.
    for (const [channel, value] of at(905, 35).entries()) {
      expect(Math.abs(value - [0xe2, 0xa8, 0x80][channel]!)).toBeLessThanOrEqual(2);
    }
    expect(at(35, 905)).toEqual([255, 255, 255]);
  });

  it("has a pixel a field of thousands of classes", async () => {
    const labels = Array.from({ length: 3000 }, (_, index) => index);
    const { svg } = drawConfusion(new ConfusionMatrix(labels, labels, 3000), namesOf(3000));
    const { info, at } = await pixelsOf(svg);
    expect(info).toMatchObject({ width: 3000, height: 3000 });
    expect(at(1234, 1234)).toEqual([0, 0x79, 0x5c]);
    expect(at(1235, 1234)).toEqual([255, 255, 255]);
  });
});
