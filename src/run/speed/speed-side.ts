/** @file A network in one runtime on some threads, to be timed. */

/** Names of runtimes, as they are printed. */
export type RuntimeName = "onnxruntime" | "ista-nas";

/** A call that can be repeated. */
export interface PreparedCall {
  run(): Promise<unknown>;
  release(): void;
}

export interface SpeedSide {
  readonly runtime: RuntimeName;
  readonly threads: number;
  /** The one number of images that a call takes; null for any. */
  readonly fixedBatch: number | null;
  /** A call of `batch` random images, all of whose inputs are ready: it times the network and no decoding. */
  prepare(batch: number): Promise<PreparedCall>;
  close(): Promise<void>;
}
