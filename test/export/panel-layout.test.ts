import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Box, layoutPanel, outlineOf, type PanelLayout } from "../../src/export/panel-layout.ts";
import { dartsSpace, NAMED_GENOTYPES } from "../../src/spaces/darts/index.ts";
import { spacesWithGenotype } from "../spaces/darts/arbitraries.ts";

const { draw } = dartsSpace();

interface Point {
  readonly x: number;
  readonly y: number;
}

function pointOf({ flow }: PanelLayout, along: number, across: number): Point {
  return flow === "right" ? { x: along, y: across } : { x: across, y: along };
}

/** Points along the wires: along each run, and along the cubic curve between two runs. */
function wirePoints(layout: PanelLayout): Point[][] {
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

function boxesOf(layout: PanelLayout): Box[] {
  return [...layout.nodes, ...layout.operations];
}

function crossingsOf(layout: PanelLayout): number {
  const curves = layout.wires.flatMap(({ runs }) => runs.slice(1).map((run, i) => [runs[i]!, run] as const));
  let count = 0;
  for (const [i, [a, aNext]] of curves.entries()) {
    for (const [b, bNext] of curves.slice(0, i)) {
      if (a.end === b.end && (a.across - b.across) * (aNext.across - bNext.across) < 0) count++;
    }
  }
  return count;
}

const layouts: fc.Arbitrary<PanelLayout> = spacesWithGenotype.chain(([, genotype]) =>
  fc
    .tuple(
      fc.constantFrom("normal", "reduce"),
      fc.shuffledSubarray([...genotype.normalConcat], { minLength: 1 }),
      fc.constantFrom("right", "down"),
    )
    .map(([kind, joined, flow]) => {
      const panel = draw(genotype).panels[kind === "normal" ? 0 : 1]!;
      return layoutPanel({ ...outlineOf(panel), joined }, flow);
    }),
);

describe("layoutPanel", () => {
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
        for (const [i, operation] of layout.operations.entries()) {
          const source = layout.nodes[operation.source]!;
          const target = layout.nodes[operation.target]!;
          expect(operation[along]).toBeGreaterThan(source[along]);
          expect(target[along]).toBeGreaterThan(operation[along]);
          const [into, outOf] = layout.wires.filter((wire) => wire.operation === i);
          for (const [wire, from, to] of [
            [into!, source, operation],
            [outOf!, operation, target],
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

  it("gives two operations on one edge a box each", () => {
    const layout = layoutPanel({ inputs: 2, nodes: [[0, 0]], joined: [2] });
    expect(layout.operations.map(({ source, target }) => `${source} ${target}`)).toEqual(["0 2", "0 2"]);
    expect(layout.operations[0]!.y).not.toBe(layout.operations[1]!.y);
    expect(layout.wires.map((wire) => wire.kind)).toEqual(["source", "target", "source", "target", "joined"]);
  });

  it("takes panels of one input, and nodes that read nothing", () => {
    const layout = layoutPanel({ inputs: 1, nodes: [[0], [], [0, 1, 2]], joined: [3] });
    expect(layout.nodes.map(({ kind }) => kind)).toEqual(["input", "node", "node", "node", "output"]);
    expect(layout.operations).toHaveLength(4);
  });

  it("finds orders with few crossings, the same at every call", () => {
    const { ISTA_twostage, ISTA_onestage, DARTS_V2 } = NAMED_GENOTYPES;
    const counts = [ISTA_twostage, ISTA_onestage, DARTS_V2].flatMap((genotype) =>
      draw(genotype).panels.map((panel) => crossingsOf(layoutPanel(outlineOf(panel)))),
    );
    expect(counts).toEqual([3, 0, 2, 4, 5, 2].map((most, i) => Math.min(most, counts[i]!)));
    const [panel] = draw(ISTA_twostage).panels;
    expect(layoutPanel(outlineOf(panel!))).toEqual(layoutPanel(outlineOf(panel!)));
  });
});
