/** @file A test split out of a set that came without one. */
import type { RandomStreams } from "../random/index.ts";
import { indicesByClass } from "./class-indices.ts";

export interface SplitTestOptions {
  readonly labels: ArrayLike<number>;
  readonly classNames: readonly string[];
  /** Index of the first image with the same pixels, for each image; see `firstOccurrences`. */
  readonly firsts: ArrayLike<number>;
  /** Share of each class that is kept out of training. */
  readonly fraction: number;
  readonly streams: RandomStreams;
}

/** Indices, ascending. */
export interface TestParts {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/**
 * Takes `fraction` of each class, at least one image and never all of them. Images of a class with equal pixels stay
 * together, so that a part may be off by a few. The draw for a class depends on the seed, its name and its images alone.
 */
export function splitTest(options: SplitTestOptions): TestParts {
  const { labels, classNames, firsts, fraction, streams } = options;
  const train: number[] = [];
  const test: number[] = [];
  indicesByClass(labels, classNames.length).forEach((members, label) => {
    const groups = new Map<number, number[]>();
    for (const image of members) {
      const group = groups.get(firsts[image]!);
      if (group === undefined) groups.set(firsts[image]!, [image]);
      else group.push(image);
    }
    const order = streams.stream(`data/test-split/${classNames[label]}`).shuffle([...groups.keys()]);
    const shuffled = order.map((first) => groups.get(first)!);
    const wanted = Math.max(1, Math.round(members.length * fraction));
    const taken = takeGroups(shuffled, wanted);
    for (const group of shuffled) (taken.has(group) ? test : train).push(...group);
  });
  return { train: Uint32Array.from(train).sort(), test: Uint32Array.from(test).sort() };
}

/** Groups of at most `wanted` images together; the smallest one if none is small enough; none if there is just one. */
function takeGroups(groups: readonly (readonly number[])[], wanted: number): ReadonlySet<readonly number[]> {
  const taken = new Set<readonly number[]>();
  if (groups.length < 2) return taken;
  let room = wanted;
  for (const group of groups) {
    if (group.length > room || taken.size === groups.length - 1) continue;
    taken.add(group);
    room -= group.length;
  }
  if (taken.size === 0) taken.add(groups.reduce((least, group) => (group.length < least.length ? group : least)));
  return taken;
}
