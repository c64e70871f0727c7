/** @file The built files that the device needs: the compiled kernels, and the code of its threads and processes. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { IstaNasError } from "../../error.ts";
import { sha256 } from "../../files/index.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { assertWebAssembly, type WasmModule, webAssembly } from "./web-assembly.ts";

export interface Artifacts {
  /** The file, or what it holds. */
  readonly kernels: URL | Uint8Array;
  readonly worker: URL;
}

interface BuiltFiles {
  readonly kernels: Readonly<Record<Arithmetic, URL>>;
  /** Of one thread in a memory of its own, without gradients. */
  readonly inference: URL;
  readonly worker: URL;
  readonly trial: URL;
}

/**
 * Where a build puts them; the same from `src/` and from `dist/`. Workers are always built code: Node 20 runs no
 * TypeScript.
 */
export const BUILT_FILES: BuiltFiles = {
  kernels: {
    fused: new URL("../../../dist/kernels-fused.wasm", import.meta.url),
    separate: new URL("../../../dist/kernels-separate.wasm", import.meta.url),
  },
  inference: new URL("../../../dist/kernels-inference.wasm", import.meta.url),
  worker: new URL("../../../dist/device/wasm/worker.js", import.meta.url),
  trial: new URL("../../../dist/device/wasm/vector-pairs/trial-process.js", import.meta.url),
};

/** What all threads of a device of this arithmetic run. */
export function artifactsOf(arithmetic: Arithmetic): Artifacts {
  return { kernels: BUILT_FILES.kernels[arithmetic], worker: BUILT_FILES.worker };
}

/**
 * Compiles the kernels. Throws `E_DEVICE_ENGINE` without WebAssembly, and `E_DEVICE_BUILD` if a file is missing, damaged, or of another build.
 */
export async function compileKernels({ kernels, worker }: Artifacts): Promise<WasmModule> {
  assertWebAssembly();
  for (const file of [kernels, worker]) {
    if (file instanceof URL && !existsSync(file)) throw buildError(file, "is missing");
  }
  const bytes = kernels instanceof URL ? await sealedBytes(kernels) : kernels;
  try {
    // Without a promise: from Node 24 on one that waits for V8 alone does not keep the process alive.
    return new webAssembly.Module(bytes);
  } catch (cause) {
    // Memory that ran out is no fault of the file.
    if (!(kernels instanceof URL) || (cause as Error).name !== "CompileError") throw cause;
    throw buildError(kernels, `is damaged: ${(cause as Error).message}`, cause);
  }
}

/** The kernels that a `KernelProgram` calls. Throws `E_DEVICE_BUILD` if the file is missing or of another build. */
export async function inferenceKernels(): Promise<Uint8Array> {
  const { inference } = BUILT_FILES;
  if (!existsSync(inference)) throw buildError(inference, "is missing");
  return sealedBytes(inference);
}

/** The kernels if they are those that the build sealed with their hash, or if there is no seal. */
async function sealedBytes(kernels: URL): Promise<Uint8Array> {
  const bytes = await readFile(kernels);
  const seal = new URL(kernels.href.replace(/\.wasm$/, ".sha256"));
  if (!existsSync(seal)) return bytes;
  const [got, expected] = [sha256(bytes).toString("hex"), (await readFile(seal, "utf8")).trim()];
  if (got === expected) return bytes;
  throw buildError(kernels, `is damaged or of another build: got SHA-256 ${got}, expected ${expected}`);
}

function buildError(file: URL, what: string, cause?: unknown): IstaNasError {
  return new IstaNasError(`wasm device: ${fileURLToPath(file)} ${what}`, {
    code: "E_DEVICE_BUILD",
    hint: "install ista-nas again; in a clone of it, run npm run build",
    cause,
  });
}
