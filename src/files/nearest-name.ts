/** @file Which of the known names was meant by one that is not among them. */
import { editDistance } from "./edit-distance.ts";

/** The name that differs from `name` least; undefined where even that one is another word. Capitals do not count. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  return known
    .map((one) => ({ one, distance: editDistance(name.toLowerCase(), one.toLowerCase()) }))
    .filter(({ one, distance }) => distance <= Math.ceil(one.length / 4))
    .sort((a, b) => a.distance - b.distance)[0]?.one;
}
