/**
 * @file The part of the WebAssembly interface that this device uses; neither es2023 nor the types of Node declare it.
 */
import { IstaNasError } from "../../error.ts";

/** Compiled code; opaque, but can be posted to workers. */
export type WasmModule = object;

export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
  /** Adds pages of 64 KiB. Throws `RangeError` if there is no room. */
  grow(pages: number): number;
}

/** Kernels take and return numbers. */
export type WasmFunction = (...args: readonly number[]) => number | undefined;

interface WebAssemblyInterface {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Memory: new (options: { initial: number; maximum: number; shared: boolean }) => WasmMemory;
  readonly Instance: new (
    module: WasmModule,
    imports: Readonly<Record<string, Readonly<Record<string, WasmMemory>>>>,
  ) => { readonly exports: Readonly<Record<string, WasmFunction>> };
}

/** Undefined under `--jitless`. */
export const webAssembly: WebAssemblyInterface = (globalThis as unknown as { WebAssembly: WebAssemblyInterface })
  .WebAssembly;

/** Throws `E_DEVICE_ENGINE` where there is no WebAssembly at all. */
export function assertWebAssembly(): void {
  if (webAssembly !== undefined) return;
  throw new IstaNasError("wasm device: this Node has no WebAssembly, expected one that can run the kernels", {
    code: "E_DEVICE_ENGINE",
    hint: "start node without --jitless, on the command line and in NODE_OPTIONS",
  });
}
