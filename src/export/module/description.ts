/** @file What a model that is written as a module knows of itself: plain data that stands in its text. */
import type { Fitting, ImageShape, PixelStatistics } from "../../data/index.ts";
import type { MemoryPlace } from "../../device/index.ts";

export interface ModuleDescription {
  readonly classes: readonly string[];
  readonly inputShape: ImageShape;
  readonly fitting: Fitting;
  readonly normalisation: PixelStatistics;
  /** Of one memory that the kernels and all values lie in. */
  readonly memoryBytes: number;
  /** The same eight bytes begin the file of weights: files of two exports are not to be mixed. */
  readonly tag: readonly number[];
  /** What the file of weights holds after its tag, one after the other. */
  readonly content: readonly MemoryPlace[];
  /** The normalised image, `[H, W, C]` of float32. */
  readonly image: MemoryPlace;
  /** One float32 a class. */
  readonly logits: MemoryPlace;
  /** Names of the kernels that are called. */
  readonly kernels: readonly string[];
  /** In order: the index of a kernel, then its arguments. */
  readonly calls: readonly (readonly number[])[];
}

/** The files of a module, and how one of them is read where `fetch` knows no files. */
export interface ModuleFiles {
  wasm(): URL;
  weights(): URL;
  readLocal(file: URL): Promise<Uint8Array>;
}
