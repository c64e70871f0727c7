/** @file What a run is about to write down of parts of one's own: it must be read back by their schemas, or the run could not be gone on with. */
import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import type { RunConfig } from "../store/index.ts";
import { moduleError, type OwnModule } from "./own-module.ts";
import type { RunParts } from "./run-parts.ts";
import { networksOfSearch } from "./searched-space.ts";

/** Throws `E_MODULE` with the member that made what its schema does not read as it is. Parts of the package are checked by `assertRunConfig`. */
export function assertOwnConfig(
  config: RunConfig,
  { spaceKind, strategy }: Pick<RunParts, "spaceKind" | "strategy">,
): void {
  const { space, strategy: planned, training } = config;
  if (space.module !== undefined) {
    const module: OwnModule = { what: "space", path: space.module.path };
    assertRead(module, "options", "optionsSchema", spaceKind.optionsSchema, space.options);
    const networks = [training.network, ...(planned === null ? [] : networksOfSearch(planned))];
    for (const network of networks) assertRead(module, "macro", "macroSchema", spaceKind.macroSchema, network);
  }
  if (planned?.module === undefined) return;
  const module: OwnModule = { what: "strategy", path: planned.module.path };
  assertRead(module, "options", "optionsSchema", strategy!.optionsSchema, planned.options);
}

function assertRead(module: OwnModule, member: string, name: string, schema: z.ZodType, value: unknown): void {
  const { data, error } = schema.safeParse(value);
  if (error !== undefined) {
    const { path, message } = error.issues[0]!;
    throw moduleError(module, `${member}: ${name} refuses what it made: ${path.join(".") || "the whole"}: ${message}`);
  }
  if (isDeepStrictEqual(data, value)) return;
  throw moduleError(module, `${member}: ${name} reads less or something else of what it made, expected all of it`);
}
