/** @file One file of golden tensors: reads tensors by name in this project's layouts. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { IstaNasError } from "../../error.ts";
import { RegularFile, UnreadableFile } from "../../files/index.ts";
import { decodeSafetensors } from "../../store/index.ts";
import { permute } from "./torch-layout.ts";

/** Bytes: the built-in ones have 4 MB in all. */
const LARGEST_GOLDEN = 256 * 2 ** 20;

export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

export class GoldenTensors {
  readonly file: string;
  readonly #tensors: ReadonlyMap<string, GoldenTensor>;

  constructor(folder: string, file: string) {
    this.file = file;
    this.#tensors = new Map(decodeSafetensors(readGolden(folder, file)).tensors);
  }

  /** Null if there is no such file. */
  static ifThere(folder: string, file: string): GoldenTensors | null {
    return existsSync(join(folder, file)) ? new GoldenTensors(folder, file) : null;
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
    if (tensor === undefined) throw notGolden(`${this.file}: got no tensor ${name}`);
    return tensor;
  }

  /** The tensor with its axes reordered. */
  permuted(name: string, axes: readonly number[]): Float64Array {
    const { data, shape } = this.get(name);
    return permute(data, shape, axes.length === shape.length ? axes : shape.map((_, axis) => axis));
  }
}

/** Bytes of one golden file. Throws `E_VERIFY_FILE` if it is not there, or no file. */
export function readGolden(folder: string, file: string): Buffer {
  const path = join(folder, file);
  let opened: RegularFile | null = null;
  try {
    opened = RegularFile.open(path, "followed");
    return opened.read(LARGEST_GOLDEN);
  } catch (cause) {
    if (!(cause instanceof UnreadableFile)) throw cause;
    throw notGolden(cause.code === "ENOENT" ? `${path}: not found` : `${path} ${cause.message}`);
  } finally {
    opened?.close();
  }
}

function notGolden(what: string): IstaNasError {
  return new IstaNasError(`verify: ${what}, expected a folder of golden numbers`, {
    code: "E_VERIFY_FILE",
    kind: "usage",
    hint: "it holds operations.safetensors, network.safetensors, lasso.json, recovery.json and, if made since, spaces.safetensors; without a folder the built-in ones are used",
  });
}
