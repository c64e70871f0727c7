import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Box, placeLabels } from "../../web/charts/place-labels.ts";
import { ticks } from "../../web/charts/ticks.ts";

const ROOM: Box = { left: 58, right: 640, top: 10, bottom: 316 };

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

describe("placeLabels", () => {
  const x = fc.integer({ min: ROOM.left, max: ROOM.right });
  const y = fc.integer({ min: ROOM.top + 10, max: ROOM.bottom - 10 });
  const point = fc.record({ x, y, width: fc.integer({ min: 20, max: 130 }) });

  it("keeps the names of fourteen points within the room and off each other, wherever the points are", () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 14 }), (points) => {
        const boxes = placeLabels(points, ROOM);
        boxes.forEach((box, index) => {
          expect(box.right - box.left).toBe(points[index]!.width);
          expect(box.left >= ROOM.left && box.right <= ROOM.right).toBe(true);
          expect(box.top >= ROOM.top && box.bottom <= ROOM.bottom).toBe(true);
          for (const other of boxes.slice(index + 1)) expect(overlap(box, other)).toBe(false);
        });
      }),
    );
  });

  it("puts a name right of its point where nothing is in the way, and left of one at the right edge", () => {
    const [first, second] = placeLabels(
      [
        { x: 100, y: 100, width: 60 },
        { x: 630, y: 200, width: 60 },
      ],
      ROOM,
    );
    expect(first).toMatchObject({ left: 109, top: 92.5 });
    expect(second).toMatchObject({ right: 621, top: 192.5 });
  });
});

describe("ticks", () => {
  it.each([
    [0, 100, 6, [0, 20, 40, 60, 80, 100]],
    [81.3, 84.9, 6, [82, 83, 84]],
    [0.0012, 0.0031, 5, [0.0015, 0.002, 0.0025, 0.003]],
    [5, 5, 4, [5]],
  ])("from %d to %d, at most %d", (low, high, most, expected) => {
    expect(ticks(low, high, most)).toEqual(expected);
  });

  it("are within, not too many, and at least one", () => {
    const bound = fc.double({ min: -1e9, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(
        bound,
        fc.double({ min: 1e-3, max: 1e9, noNaN: true }),
        fc.integer({ min: 4, max: 9 }),
        (low, span, most) => {
          const found = ticks(low, low + span, most);
          expect(found.length).toBeLessThanOrEqual(most);
          expect(found.length).toBeGreaterThan(0);
          for (const tick of found) {
            expect(tick).toBeGreaterThanOrEqual(low - 1e-6 * span - 1e-9 * Math.abs(low));
            expect(tick).toBeLessThanOrEqual(low + span + 1e-6 * span + 1e-9 * Math.abs(low));
          }
        },
      ),
    );
  });
});
