/** @file A file with flags that need not be typed: found in the working folder or named, and read. What its keys mean is said elsewhere. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import {
  MOST_JSON_BYTES,
  parseJson,
  printableName,
  readInputFile,
  UnreadableFile,
  UnreadableJson,
} from "../../files/index.ts";
import { placeFlag } from "../../options/index.ts";
import { configError } from "./config-error.ts";

const NAMES = ["ista-nas.config.json", "ista-nas.config.mjs"] as const;
const NONE = "none";
const NAMED = placeFlag("config", "FILE", "");

export interface ConfigFile {
  /** As messages say it. */
  readonly name: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** `named`: what was typed; null looks in the working folder. Null if there is no file to read. Throws `E_CONFIG_FILE`, and `E_FLAG_VALUE` for no name. */
export async function readConfigFile(named: string | null): Promise<ConfigFile | null> {
  const path = named === null ? inWorkingFolder() : NAMED.parse(named);
  if (path === null || path === NONE) return null;
  const name = printableName(path);
  const content = /\.[cm]?js$/.test(path) ? await fromModule(path, name) : fromJson(path, name);
  if (typeof content === "object" && content !== null && !Array.isArray(content)) {
    return { name, content: content as ConfigFile["content"] };
  }
  throw configError(name, `got ${Array.isArray(content) ? "a list" : typeof content}, expected an object of flags`);
}

function inWorkingFolder(): string | null {
  const found = NAMES.filter((name) => existsSync(name));
  if (found.length < 2) return found[0] ?? null;
  throw configError(found.join(" and "), "got both, expected one", {
    hint: "name one with --config, or take one away",
  });
}

function fromJson(path: string, name: string): unknown {
  try {
    return parseJson(readInputFile(path, MOST_JSON_BYTES));
  } catch (cause) {
    if (cause instanceof UnreadableFile || cause instanceof UnreadableJson) {
      throw configError(name, cause.message, { cause });
    }
    throw cause;
  }
}

async function fromModule(path: string, name: string): Promise<unknown> {
  try {
    return ((await import(pathToFileURL(resolve(path)).href)) as { readonly default?: unknown }).default;
  } catch (cause) {
    throw configError(name, `cannot be loaded: ${(cause as Error).message}`, { cause });
  }
}
