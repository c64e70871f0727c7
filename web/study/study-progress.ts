import type { StudyLine } from "../../src/server/index.ts";

/** `3 of 8 finished, 1 running, 4 waiting`: conditions that no run is in are left out. */
export function progressOf({ counts }: Pick<StudyLine, "counts">): string {
  const { finished, ...others } = counts;
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const parts = Object.entries(others).filter(([, count]) => count > 0);
  return [`${finished} of ${all} finished`, ...parts.map(([condition, count]) => `${count} ${condition}`)].join(", ");
}
