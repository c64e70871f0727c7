import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Box, type CellLayout, layoutCell } from "../../src/export/cell-layout.ts";
import { NAMED_GENOTYPES } from "../../src/space/index.ts";
import { spacesWithGenotype } from "../space/arbitraries.ts";

interface Point {
  readonly x: number;
  readonly y: number;
}

function pointOf({ flow }: CellLayout, along: number, across: number): Point {
  return flow === "right" ? { x: along, y: across } : { x: across, y: along };
}

/** Points along the wires: along each run, and along the cubic curve between two runs. */
function wirePoints(layout: CellLayout): Point[][] {
  const steps = Array.from({ length: 13 }, (_, i) => i / 12);
  return layout.wires.map(({ runs }) =>
    runs.flatMap(({ across, start, end }, i) => {
      const points = steps.map((t) => pointOf(layout, start + t * (end - start), across));
      const next = runs[i + 1];
      if (next === undefined) return points;
      const curve = steps.map((t) =>
        pointOf(
          layout,
          end + (next.start - end) * (1.5 * t * (1 - t) + t ** 3),
          across + (next.across - across) * (3 * t ** 2 - 2 * t ** 3),
        ),
      );
      return [...points, ...curve];
    }),
  );
}

/** How far inside the box a point is; negative outside. */
function depth(box: Box, { x, y }: Point): number {
  return Math.min(box.width / 2 - Math.abs(x - box.x), box.height / 2 - Math.abs(y - box.y));
}

function boxesOf(layout: CellLayout): Box[] {
  return [...layout.nodes, ...layout.primitives];
}

function crossingsOf(layout: CellLayout): number {
  const curves = layout.wires.flatMap(({ runs }) => runs.slice(1).map((run, i) => [runs[i]!, run] as const));
  let count = 0;
  for (const [i, [a, aNext]] of curves.entries()) {
    for (const [b, bNext] of curves.slice(0, i)) {
      if (a.end === b.end && (a.across - b.across) * (aNext.across - bNext.across) < 0) count++;
    }
  }
  return count;
}

const layouts: fc.Arbitrary<CellLayout> = spacesWithGenotype.chain(([, genotype]) =>
  fc
    .tuple(
      fc.constantFrom("normal", "reduce"),
      fc.shuffledSubarray([...genotype.normalConcat], { minLength: 1 }),
      fc.constantFrom("right", "down"),
    )
    .map(([kind, concat, flow]) => layoutCell(genotype[kind], concat, flow)),
);

describe("layoutCell", () => {
  it("keeps boxes apart and wires out of boxes, inside the drawing", () => {
    fc.assert(
      fc.property(layouts, (layout) => {
        const boxes = boxesOf(layout);
        for (const [i, a] of boxes.entries()) {
          for (const b of boxes.slice(0, i)) {
            const apart = Math.max(
              Math.abs(a.x - b.x) - (a.width + b.width) / 2,
              Math.abs(a.y - b.y) - (a.height + b.height) / 2,
            );
            expect(apart).toBeGreaterThan(8);
          }
          expect(a.x - a.width / 2).toBeGreaterThanOrEqual(-1e-9);
          expect(a.y - a.height / 2).toBeGreaterThanOrEqual(-1e-9);
          expect(a.x + a.width / 2).toBeLessThanOrEqual(layout.width + 1e-9);
          expect(a.y + a.height / 2).toBeLessThanOrEqual(layout.height + 1e-9);
        }
        for (const point of wirePoints(layout).flat()) {
          expect(Math.max(...boxes.map((box) => depth(box, point)))).toBeLessThan(1e-6);
          expect(Math.min(point.y, layout.height - point.y)).toBeGreaterThanOrEqual(-1e-9);
          expect(Math.min(point.x, layout.width - point.x)).toBeGreaterThanOrEqual(-1e-9);
        }
      }),
      { seed: 1, numRuns: 25 },
    );
  });

  it("draws each kept primitive between its source and its node, and each wire from box to box", () => {
    fc.assert(
      fc.property(layouts, (layout) => {
        const [along, across] = layout.flow === "right" ? (["x", "y"] as const) : (["y", "x"] as const);
        const touches = (box: Box, point: Point) => Math.abs(depth(box, point)) < 1e-6;
        for (const [i, primitive] of layout.primitives.entries()) {
          const source = layout.nodes[primitive.source]!;
          const target = layout.nodes[primitive.target]!;
          expect(primitive[along]).toBeGreaterThan(source[along]);
          expect(target[along]).toBeGreaterThan(primitive[along]);
          const [into, outOf] = layout.wires.filter((wire) => wire.primitive === i);
          for (const [wire, from, to] of [
            [into!, source, primitive],
            [outOf!, primitive, target],
          ] as const) {
            const [first, last] = [wire.runs[0]!, wire.runs.at(-1)!];
            expect(touches(from, pointOf(layout, first.start, first.across))).toBe(true);
            expect(touches(to, pointOf(layout, last.end, last.across))).toBe(true);
          }
        }
        expect(layout.nodes[0]![along]).toBe(layout.nodes[1]![along]);
        expect(layout.nodes[0]![across]).toBeLessThan(layout.nodes[1]![across]);
      }),
      { seed: 2, numRuns: 8 },
    );
  });

  it("gives two picks on one edge a box each", () => {
    const cell = [
      [
        { primitive: "sep_conv_3x3", source: 0 },
        { primitive: "sep_conv_5x5", source: 0 },
      ],
    ] as const;
    const layout = layoutCell(cell, [2]);
    expect(layout.primitives.map(({ primitive, source, target }) => `${primitive} ${source} ${target}`)).toEqual([
      "sep_conv_3x3 0 2",
      "sep_conv_5x5 0 2",
    ]);
    expect(layout.primitives[0]!.y).not.toBe(layout.primitives[1]!.y);
    expect(layout.wires.map((wire) => wire.kind)).toEqual(["source", "target", "source", "target", "concat"]);
  });

  it("finds orders with few crossings, the same at every call", () => {
    const { ISTA_twostage, ISTA_onestage, DARTS_V2 } = NAMED_GENOTYPES;
    const counts = [ISTA_twostage, ISTA_onestage, DARTS_V2].flatMap(({ normal, reduce, normalConcat }) =>
      [normal, reduce].map((cell) => crossingsOf(layoutCell(cell, normalConcat))),
    );
    expect(counts).toEqual([3, 0, 2, 4, 5, 2].map((most, i) => Math.min(most, counts[i]!)));
    expect(layoutCell(ISTA_twostage.normal, [2, 3, 4, 5])).toEqual(layoutCell(ISTA_twostage.normal, [2, 3, 4, 5]));
  });
});
