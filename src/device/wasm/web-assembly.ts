/**
 * @file The part of the WebAssembly interface that this device uses; neither es2023 nor the types of Node declare it.
 */

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

export const webAssembly: WebAssemblyInterface = (globalThis as unknown as { WebAssembly: WebAssemblyInterface })
  .WebAssembly;
