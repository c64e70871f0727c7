/** @file The program of a module: where its files are, what the model is, and what walks the calls, text that the build makes from web/module. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { IstaNasError } from "../../error.ts";

/** The same from `src/` and from `dist/`. */
const RUNTIME = new URL("../../../dist/module/runtime.js", import.meta.url);

/** Addresses as bundlers look for them, and a module that they leave alone. */
const FILES = `const NODE_FILES = "node:fs/promises";
const FILES = {
  wasm: () => new URL("./model.wasm", import.meta.url),
  weights: () => new URL("./model.bin", import.meta.url),
  readLocal: async (file) => (await import(/* @vite-ignore */ /* webpackIgnore: true */ NODE_FILES)).readFile(file),
};
`;

/** `description`: JSON of a `ModuleDescription`. Throws `E_DEVICE_BUILD` if the build is not whole. */
export async function moduleProgram(description: string): Promise<string> {
  if (existsSync(RUNTIME)) return `${FILES}const MODEL = ${description};\n${await readFile(RUNTIME, "utf8")}\n`;
  throw new IstaNasError(`export: ${fileURLToPath(RUNTIME)} is missing`, {
    code: "E_DEVICE_BUILD",
    hint: "install ista-nas again; in a clone of it, run npm run build",
  });
}
