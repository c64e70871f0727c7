/** @file A space or a strategy of one's own: the main export of a module that the user names. No module is loaded that nobody named. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { IstaNasError } from "../error.ts";
import { readInputFile, sha256, UnreadableFile } from "../files/index.ts";
import type { ModuleRecord } from "../store/index.ts";

/** Bytes of the module's own text. */
const LARGEST_MODULE = 2 ** 24;

export interface LoadedModule<Part> {
  readonly part: Part;
  readonly module: ModuleRecord;
}

/** Whether what was typed names a module and no part of the package. */
export function namesModule(text: string): boolean {
  return /[/\\]|\.[cm]?[jt]s$/.test(text);
}

/**
 * Loads the module at `path`. `what`: `space` or `strategy`; `expected`: what its main export must have, and of which type.
 * @throws E_MODULE if it cannot be read or loaded, or its main export is something else
 */
export async function loadModule<Part extends { readonly kind: string }>(
  what: "space" | "strategy",
  path: string,
  expected: Readonly<Record<string, "string" | "object" | "function" | "boolean">>,
): Promise<LoadedModule<Part>> {
  const wrong = (problem: string, cause?: unknown) =>
    new IstaNasError(`--${what}: module ${path}: ${problem}`, {
      code: "E_MODULE",
      kind: "usage",
      hint: `docs/reference/spaces.md says what a ${what} of one's own has to have`,
      cause,
    });
  const absolute = resolve(path);
  if (!existsSync(absolute)) throw wrong("there is no such file");
  const text = readText(absolute, wrong);
  let main: unknown;
  try {
    main = ((await import(pathToFileURL(absolute).href)) as { readonly default?: unknown }).default;
  } catch (cause) {
    throw wrong(`cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
  if (typeof main !== "object" || main === null) throw wrong(`got no object as its main export, expected a ${what}`);
  for (const [name, type] of Object.entries(expected)) {
    const value = (main as Readonly<Record<string, unknown>>)[name];
    const got = value === null ? "null" : typeof value;
    if (got !== type) throw wrong(`${name}: got ${got}, expected ${type === "object" ? "an object" : `a ${type}`}`);
  }
  return { part: main as Part, module: { path: absolute, sha256: sha256(text).toString("hex") } };
}

function readText(path: string, wrong: (problem: string, cause: unknown) => IstaNasError): Buffer {
  try {
    return readInputFile(path, LARGEST_MODULE);
  } catch (cause) {
    if (!(cause instanceof UnreadableFile)) throw cause;
    throw wrong(cause.message, cause);
  }
}
