/** @file One file of golden tensors: reads tensors by name in this project's layouts. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { IstaNasError } from "../../error.ts";
import { decodeSafetensors } from "../../run/index.ts";
import { permute } from "./torch-layout.ts";

export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

export class GoldenTensors {
  readonly #file: string;
  readonly #tensors: ReadonlyMap<string, GoldenTensor>;

  constructor(folder: string, file: string) {
    this.#file = file;
    this.#tensors = new Map(decodeSafetensors(readGolden(folder, file)).tensors);
  }

  get names(): readonly string[] {
    return [...this.#tensors.keys()];
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  /** Throws `E_VERIFY_FILE` if the file lacks it. */
  get(name: string): GoldenTensor {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined) throw notGolden(`${this.#file}: got no tensor ${name}`);
    return tensor;
  }

  /** The tensor with its axes reordered. */
  permuted(name: string, axes: readonly number[]): Float64Array {
    const { data, shape } = this.get(name);
    return permute(data, shape, axes.length === shape.length ? axes : shape.map((_, axis) => axis));
  }
}

/** Bytes of one golden file. Throws `E_VERIFY_FILE` if it is not there. */
export function readGolden(folder: string, file: string): Buffer {
  try {
    return readFileSync(join(folder, file));
  } catch {
    throw notGolden(`${join(folder, file)}: not found`);
  }
}

function notGolden(what: string): IstaNasError {
  return new IstaNasError(`verify: ${what}, expected a folder of golden numbers`, {
    code: "E_VERIFY_FILE",
    kind: "usage",
    hint: "it holds operations.safetensors, network.safetensors, lasso.json and recovery.json; without a folder the built-in ones are used",
  });
}
