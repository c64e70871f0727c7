/** @file The built files that the device needs: the compiled kernels, and the code of its threads and processes. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { IstaNasError } from "../../error.ts";
import { type WasmModule, webAssembly } from "./web-assembly.ts";

export interface Artifacts {
  /** The file, or what it holds. */
  readonly kernels: URL | Uint8Array;
  readonly worker: URL;
}

interface BuiltFiles extends Artifacts {
  readonly kernels: URL;
  readonly trial: URL;
}

/**
 * Where a build puts them; the same from `src/` and from `dist/`. Workers are always built code: Node 20 runs no
 * TypeScript.
 */
export const ARTIFACTS: BuiltFiles = {
  kernels: new URL("../../../dist/kernels.wasm", import.meta.url),
  worker: new URL("../../../dist/device/wasm/worker.js", import.meta.url),
  trial: new URL("../../../dist/device/wasm/vector-pairs/trial-process.js", import.meta.url),
};

/** Compiles the kernels. Throws `E_DEVICE_BUILD` if a file is missing. */
export async function compileKernels({ kernels, worker }: Artifacts): Promise<WasmModule> {
  for (const file of [kernels, worker]) {
    if (!(file instanceof URL) || existsSync(file)) continue;
    throw new IstaNasError(`wasm device: ${fileURLToPath(file)} is missing`, {
      code: "E_DEVICE_BUILD",
      hint: "run npm run build",
    });
  }
  // Without a promise: from Node 24 on one that waits for V8 alone does not keep the process alive.
  return new webAssembly.Module(kernels instanceof URL ? await readFile(kernels) : kernels);
}
