/** @file The two built files that the device needs: the compiled kernels and the code of a compute thread. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { IstaNasError } from "../../error.ts";
import { type WasmModule, webAssembly } from "./web-assembly.ts";

export interface Artifacts {
  readonly kernels: URL;
  readonly worker: URL;
}

/** Where a build puts them; the same from `src/` and from `dist/`. Workers are always built code: Node 20 runs no TypeScript. */
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
  joinVectorPairs();
  return webAssembly.compile(await readFile(kernels));
}

/**
 * From Node 24 on, V8 can join neighbouring 128-bit operations into one of 256 bits, with the same results; kernels are written in such
 * pairs. Older versions do not know the flag and complain on stderr.
 */
function joinVectorPairs(): void {
  const major = Number(process.versions.node.split(".")[0]);
  if (major >= 24) setFlagsFromString("--experimental-wasm-revectorize");
}
