/**
 * @file A trained network that needs no package: what `ista-nas export --to module` writes after the description of the model and the places of
 * its files. One thread, a memory of its own; for browsers, workers, Node, Deno and Bun.
 */
import type { ModuleDescription, ModuleFiles } from "../../src/export/index.ts";
import { PortableModel } from "./portable-model.ts";
import { readBytes } from "./read-bytes.ts";

/** Stand before this text. */
declare const MODEL: ModuleDescription;
declare const FILES: ModuleFiles;

type Bytes = ArrayBuffer | Uint8Array;

export interface LoadOptions {
  readonly wasm?: Bytes | WebAssembly.Module;
  readonly weights?: Bytes;
}

/** Fetches what is not given, and makes the model ready. Throws an error for files that cannot be had or are not those of this module. */
export async function load({ wasm, weights }: LoadOptions = {}): Promise<PortableModel> {
  const [kernels, content] = await Promise.all([
    wasm ?? readBytes(FILES.wasm(), FILES.readLocal),
    weights ?? readBytes(FILES.weights(), FILES.readLocal),
  ]);
  const module = kernels instanceof WebAssembly.Module ? kernels : await WebAssembly.compile(kernels as BufferSource);
  return PortableModel.start(MODEL, module, content instanceof Uint8Array ? content : new Uint8Array(content));
}
