/** @file The settings of a run as a flat list: `training.network.cellCount`, 8. */
import type { RunConfig } from "../store/index.ts";

/** A setting, its name and its value as text. */
export type FlatSetting = readonly [name: string, value: string];

/** In the order of `config.json`; lists as JSON. A value of more than `longest` letters ends in an ellipsis. */
export function flatSettings(config: RunConfig, longest: number): readonly FlatSetting[] {
  return Array.from(leavesOf("", config), ([name, value]) => [name, shortened(value, longest)]);
}

function* leavesOf(name: string, value: unknown): Generator<FlatSetting> {
  if (value === undefined) return;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    yield [name, typeof value === "string" ? value : JSON.stringify(value)];
    return;
  }
  for (const [key, part] of Object.entries(value)) yield* leavesOf(name === "" ? key : `${name}.${key}`, part);
}

/** A text of `longest` letters at most. */
export function shortened(text: string, longest: number): string {
  const letters = [...text];
  return letters.length <= longest ? text : `${letters.slice(0, longest - 1).join("")}…`;
}
