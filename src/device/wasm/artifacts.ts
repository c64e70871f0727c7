/** @file The two built files that the device needs: the compiled kernels and the code of a compute thread. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { IstaNasError } from "../../error.ts";
import { canJoinVectorPairs } from "./vector-pairs.ts";
import { type WasmModule, webAssembly } from "./web-assembly.ts";

export interface Artifacts {
  readonly kernels: URL;
  readonly worker: URL;
}

/**
 * Where a build puts them; the same from `src/` and from `dist/`. Workers are always built code: Node 20 runs no
 * TypeScript.
 */
export const ARTIFACTS: Artifacts = {
  kernels: new URL("../../../dist/kernels.wasm", import.meta.url),
  worker: new URL("../../../dist/device/wasm/worker.js", import.meta.url),
};

/** Compiles the kernels. Throws `E_DEVICE_BUILD` if a file is missing. */
export async function compileKernels({ kernels, worker }: Artifacts): Promise<WasmModule> {
  for (const file of [kernels, worker]) {
    if (existsSync(file)) continue;
    throw new IstaNasError(`wasm device: ${fileURLToPath(file)} is missing`, {
      code: "E_DEVICE_BUILD",
      hint: "run npm run build",
    });
  }
  // Kernels are written in pairs of vectors. An engine that cannot join them complains about the flag on stderr.
  if (canJoinVectorPairs()) setFlagsFromString("--experimental-wasm-revectorize");
  return webAssembly.compile(await readFile(kernels));
}
