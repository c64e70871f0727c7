import { plain } from "../format.ts";

/** Settings as `training.network.cellCount` by name, with their values in one line each; short lists stay whole. */
export function flatten(value: unknown, prefix = ""): ReadonlyMap<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return new Map([[prefix, plain(value)]]);
  return new Map(
    Object.entries(value).flatMap(([name, part]) => [...flatten(part, prefix === "" ? name : `${prefix}.${name}`)]),
  );
}
