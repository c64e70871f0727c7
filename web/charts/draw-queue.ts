/** @file Spreads drawing over frames, one picture each, so that no frame is late when many pictures change at once. */

const waiting = new Map<object, () => void>();

/** Draws for `owner` in one of the next frames; what was asked for before and not drawn yet is forgotten. */
export function drawSoon(owner: object, draw: () => void): void {
  if (waiting.size === 0) requestAnimationFrame(drawNext);
  waiting.set(owner, draw);
}

/** Forgets what waits for `owner`. */
export function drawNoMore(owner: object): void {
  if (waiting.has(owner)) waiting.set(owner, () => {});
}

function drawNext(): void {
  const [first] = waiting;
  if (first === undefined) return;
  const [owner, draw] = first;
  waiting.delete(owner);
  draw();
  if (waiting.size > 0) requestAnimationFrame(drawNext);
}
