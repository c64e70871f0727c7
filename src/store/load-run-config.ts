/** @file Reads `config.json`, and makes sure that it could be read before it is written. */
import { isDeepStrictEqual } from "node:util";
import { IstaNasError } from "../error.ts";
import { parseJson } from "../files/index.ts";
import { CONFIG_FILE } from "./config-file.ts";
import { readPartsOfConfig } from "./config-parts.ts";
import type { RunConfig } from "./run-config.ts";
import { runConfigSchema } from "./run-config-schema.ts";
import type { RunFolder } from "./run-folder.ts";
import { CONFIG_VERSION, upgradeConfig } from "./upgrade-config.ts";

/** Reads and checks the configuration of a run, of this format or an older one. Throws `E_RUN_CONFIG` naming the first field that is wrong. */
export function loadRunConfig(folder: RunFolder): RunConfig {
  const wrong = (what: string, hint = "the file was changed or torn: bring it back, or run again", cause?: unknown) =>
    new IstaNasError(`run ${folder.name}: ${CONFIG_FILE}: ${what}`, { code: "E_RUN_CONFIG", hint, cause });
  const parsed = folder.readJson(CONFIG_FILE, { wrong: (fault) => wrong(fault.message, undefined, fault) });
  const { formatVersion } = Object(parsed) as { readonly formatVersion?: unknown };
  if (typeof formatVersion === "number" && formatVersion > CONFIG_VERSION) {
    throw wrong(
      `formatVersion: got ${formatVersion}, expected at most ${CONFIG_VERSION}`,
      "the run was written by a newer ista-nas: update with npm install ista-nas@latest",
    );
  }
  const { config, issue } = readConfig(upgradeConfig(parsed));
  if (config !== null) return config;
  throw wrong(issue);
}

/**
 * Throws `E_RUN_CONFIG` unless what a new run is about to write into `config.json` can be read back, with nothing missing: a run that begins must be one
 * that can be gone on with.
 */
export function assertRunConfig(config: RunConfig): void {
  const written = parseJson(JSON.stringify(config));
  const read = readConfig(written);
  if (read.config !== null && isDeepStrictEqual(read.config, written)) return;
  const what = read.issue ?? "a setting that is not read";
  throw new IstaNasError(`internal: ${CONFIG_FILE}: got ${what}, expected what can be read back`, {
    code: "E_RUN_CONFIG",
    kind: "internal",
    hint: "nothing was trained; please report it with the command",
  });
}

type ReadConfig =
  | { readonly config: RunConfig; readonly issue: null }
  | { readonly config: null; readonly issue: string };

/** First what all runs have, then what space and strategy say. */
function readConfig(value: unknown): ReadConfig {
  const whole = runConfigSchema.safeParse(value);
  const result = whole.success ? readPartsOfConfig(whole.data) : whole;
  if (result.success) return { config: result.data, issue: null };
  const { path, message } = result.error.issues[0]!;
  return { config: null, issue: `${path.join(".") || "the whole"}: ${message}` };
}
