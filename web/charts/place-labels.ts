/** @file Where the names of points stand: beside them where there is room, else as near as they can without covering another. */

export interface PointToLabel {
  readonly x: number;
  readonly y: number;
  /** Of its label. */
  readonly width: number;
}

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const HEIGHT = 15;
/** Between a point's middle and its label. */
const GAP = 9;
/** Half the side of what a point covers. */
const POINT = 6;

/** A box for each label, within `room`, in the order of the points. Only where no place is free do two overlap. */
export function placeLabels(points: readonly PointToLabel[], room: Box): readonly Box[] {
  const placed = points.map(({ x, y }) => boxAt(x - POINT, y, 2 * POINT, 2 * POINT));
  return points.map((point) => {
    const places = placesOf(point, room);
    const free = places.find((box) => !placed.some((other) => overlap(box, other)));
    const box = free ?? places[0]!;
    placed.push(box);
    return box;
  });
}

/** Nearest first; all lie within the room, but for labels that are wider than it. */
function placesOf({ x, y, width }: PointToLabel, room: Box): readonly Box[] {
  const rows = Math.ceil((room.bottom - room.top) / HEIGHT);
  const shifts = Array.from({ length: 2 * rows + 1 }, (_, index) => (index % 2 === 0 ? -1 : 1) * Math.ceil(index / 2));
  const middle = Math.max(room.left, Math.min(room.right - width, x - width / 2));
  const boxes = shifts.flatMap((shift) =>
    [x + GAP, x - GAP - width, ...(shift === 0 ? [] : [middle])].map((left) => boxAt(left, y + shift * HEIGHT, width)),
  );
  const within = boxes.filter(
    ({ left, right, top, bottom }) =>
      left >= room.left && right <= room.right && top >= room.top && bottom <= room.bottom,
  );
  return within.length === 0 ? [boxAt(room.left, Math.max(y, room.top + HEIGHT), width)] : within;
}

function boxAt(left: number, middle: number, width: number, height = HEIGHT): Box {
  return { left, right: left + width, top: middle - height / 2, bottom: middle + height / 2 };
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
