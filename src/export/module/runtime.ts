/** @file What walks the calls of a module: text that the build makes from web/module. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { IstaNasError } from "../../error.ts";

/** The same from `src/` and from `dist/`. */
const RUNTIME = new URL("../../../dist/module/runtime.js", import.meta.url);

/** Throws `E_DEVICE_BUILD` if the build is not whole. */
export async function moduleRuntime(): Promise<string> {
  if (existsSync(RUNTIME)) return readFile(RUNTIME, "utf8");
  throw new IstaNasError(`export: ${fileURLToPath(RUNTIME)} is missing`, {
    code: "E_DEVICE_BUILD",
    hint: "install ista-nas again; in a clone of it, run npm run build",
  });
}
