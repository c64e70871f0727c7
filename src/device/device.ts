/**
 * @file The contract of a device: it compiles graphs, keeps persistent values by name, and runs. All tensors are row-major.
 * A contract suite runs over every implementation; a new one needs a folder here and no change above.
 */
import type { Graph, Value } from "../graph/index.ts";

/** What a device hands out: float32 from `wasm`, float64 from `reference`. */
export type DeviceArray = Float32Array | Float64Array;

/** One program: a graph and the values that are wanted back from each run, by a name of the caller's choice. */
export interface Program {
  readonly graph: Graph;
  readonly outputs: Readonly<Record<string, Value>>;
}

export interface Executable {
  /** Bytes that one run takes: inputs, activations, working space, scratch of all threads. */
  readonly peakBytes: number;
  /**
   * Writes every named input of the graph that an output or update depends on, runs, and returns copies of the outputs. The
   * inputs are copied before the promise is returned: from then on they may change.
   * Throws `E_DEVICE_INPUT` for an input that is missing, unknown, or of the wrong length. One run at a time a device.
   */
  run(inputs: Readonly<Record<string, ArrayLike<number>>>): Promise<Readonly<Record<string, DeviceArray>>>;
  /** Frees what the device keeps for this program; running it afterwards throws `E_DEVICE_RELEASED`. */
  release(): void;
}

export interface Device {
  readonly name: "reference" | "wasm";
  /** Threads that compute. */
  readonly threads: number;
  /**
   * Plans and prepares a program. Persistent values that the device does not know yet start as zeros. Throws
   * `E_DEVICE_MEMORY` if it does not fit, with the bytes needed, and `E_DEVICE_SHAPE` if a persistent value has another length.
   */
  compile(program: Program): Promise<Executable>;
  /** Sets a persistent value, making it if need be. Throws `E_DEVICE_SHAPE` if it exists with another length. */
  write(name: string, values: ArrayLike<number>): void;
  /**
   * Puts values in the place of a persistent value that had at least as many; none: it is forgotten. Programs that read it are to be released before:
   * they know its old length.
   * Throws `E_DEVICE_SHAPE` for more of them, and `E_DEVICE_UNKNOWN_VALUE`.
   */
  shorten(name: string, values: ArrayLike<number>): void;
  /** A copy of a persistent value. Throws `E_DEVICE_UNKNOWN_VALUE`. */
  read(name: string): DeviceArray;
  /** Names of all persistent values, in the order in which they were made. */
  names(): readonly string[];
  /** Stops the threads and frees the memory. */
  close(): Promise<void>;
}
