/** @file Which channels of a layer stay: those that are not dead, and of the dead so many as make the width of each window a multiple of 4. */

/** The channels of one window: their scales as they are, and their moving averages. */
export interface WindowScales {
  readonly scales: ArrayLike<number>;
  readonly averages: ArrayLike<number>;
}

/** Channels that are computed at a time. */
const STEP = 4;

/**
 * Indices of the channels of each window that stay, ascending. A channel is dead if its scale is at most `threshold` in size and its moving average
 * is, too. Of dead ones the largest stay; a layer of dead ones alone keeps the four largest of the window that has the largest.
 */
export function livingChannels(windows: readonly WindowScales[], threshold: number): readonly (readonly number[])[] {
  const sizes = windows.map(({ scales, averages }) =>
    Array.from(scales, (scale, channel) => Math.max(Math.abs(scale), Math.abs(averages[channel]!))),
  );
  const kept = sizes.map((ofWindow) => largest(ofWindow, upToStep(ofWindow.filter((size) => size > threshold).length)));
  if (kept.some(({ length }) => length > 0)) return kept;
  const heads = sizes.map((ofWindow) => Math.max(...ofWindow));
  const last = heads.indexOf(Math.max(...heads));
  return kept.with(last, largest(sizes[last]!, STEP));
}

function upToStep(count: number): number {
  return STEP * Math.ceil(count / STEP);
}

/** Of equal ones the first. */
function largest(sizes: readonly number[], count: number): readonly number[] {
  const order = [...sizes.keys()].sort((a, b) => sizes[b]! - sizes[a]! || a - b);
  return order.slice(0, count).sort((a, b) => a - b);
}
