/** @file A space or a strategy of one's own: the main export of a module that the user names. No module is loaded that nobody named. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { readInputFile, sha256, UnreadableFile } from "../files/index.ts";
import type { ModuleRecord } from "../store/index.ts";
import { assertMembers, type Members, moduleError, type OwnModule } from "./own-module.ts";

/** Bytes of the module's own text. */
const LARGEST_MODULE = 2 ** 24;

const NOT_INSTALLED = "npm install ista-nas in the folder of the module, or a folder above it";

export interface LoadedModule<Part> {
  readonly part: Part;
  readonly module: ModuleRecord;
}

/** Whether what was typed names a module and no part of the package. */
export function namesModule(text: string): boolean {
  return /[/\\]|\.[cm]?[jt]s$/.test(text);
}

/**
 * Loads the module at `path`; its main export must have `members`.
 * @throws E_MODULE if it cannot be read or loaded, or its main export is something else
 */
export async function loadModule<Part extends { readonly kind: string }>(
  what: OwnModule["what"],
  path: string,
  members: Members,
): Promise<LoadedModule<Part>> {
  const own: OwnModule = { what, path };
  const absolute = resolve(path);
  if (!existsSync(absolute)) throw moduleError(own, "there is no such file");
  const text = readText(absolute, own);
  let main: unknown;
  try {
    main = ((await import(pathToFileURL(absolute).href)) as { readonly default?: unknown }).default;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const hint = /Cannot find package 'ista-nas'/.test(message) ? NOT_INSTALLED : undefined;
    throw moduleError(own, `cannot be loaded: ${message}`, cause, hint);
  }
  if (typeof main !== "object" || main === null) {
    throw moduleError(own, `got no object as its main export, expected a ${what}`);
  }
  assertMembers(own, "", main, members);
  return { part: main as Part, module: { path: absolute, sha256: sha256(text).toString("hex") } };
}

function readText(path: string, own: OwnModule): Buffer {
  try {
    return readInputFile(path, LARGEST_MODULE);
  } catch (cause) {
    if (!(cause instanceof UnreadableFile)) throw cause;
    throw moduleError(own, cause.message, cause);
  }
}
