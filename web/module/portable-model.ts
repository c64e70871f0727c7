import type { ModuleDescription } from "../../src/export/index.ts";
import { softmax } from "../../src/run/softmax.ts";
import { type Picture, toPixels } from "../model/resize.ts";
import { placeWeights } from "./place-weights.ts";

const PAGE = 65536;

/** Height x width x channels numbers from 0 to 255, channels last: as the network sees them. */
type Pixels = ArrayLike<number>;

/** One class and how probable it is, 0 to 1. */
interface ClassProbability {
  readonly name: string;
  readonly probability: number;
}

export class PortableModel {
  readonly classes: readonly string[];
  readonly inputShape: ModuleDescription["inputShape"];
  readonly #model: ModuleDescription;
  readonly #calls: readonly (() => unknown)[];
  readonly #image: Float32Array;
  readonly #logits: Float32Array;

  private constructor(model: ModuleDescription, { exports }: WebAssembly.Instance, memory: WebAssembly.Memory) {
    this.classes = model.classes;
    this.inputShape = model.inputShape;
    this.#model = model;
    const kernels = model.kernels.map((name) => {
      const kernel = exports[name];
      if (typeof kernel === "function") return kernel;
      throw new Error(`model: wasm: got a file without the kernel ${name}, expected the one of this module`);
    });
    this.#calls = model.calls.map(([kernel, ...args]) => kernels[kernel!]!.bind(null, ...args));
    this.#image = new Float32Array(memory.buffer, model.image.address, model.image.bytes / 4);
    this.#logits = new Float32Array(memory.buffer, model.logits.address, model.logits.bytes / 4);
  }

  static async start(
    model: ModuleDescription,
    module: WebAssembly.Module,
    weights: Uint8Array,
  ): Promise<PortableModel> {
    const memory = new WebAssembly.Memory({ initial: Math.ceil(model.memoryBytes / PAGE) });
    const instance = await WebAssembly.instantiate(module, { env: { memory } });
    placeWeights(model, weights, new Uint8Array(memory.buffer));
    return new PortableModel(model, instance, memory);
  }

  /** All classes, the most probable first. Throws as `probabilities` does. */
  classify(image: Picture | Pixels): readonly ClassProbability[] {
    const classes = [...this.probabilities(image)].map((probability, k) => ({ name: this.classes[k]!, probability }));
    return classes.sort((a, b) => b.probability - a.probability);
  }

  /**
   * One probability a class, in the order of `classes`. Throws an error for a number of pixels that does not fit, and for probabilities that are no
   * numbers.
   */
  probabilities(image: Picture | Pixels): Float64Array {
    this.#write(this.#pixelsOf(image));
    for (const call of this.#calls) call();
    const probabilities = softmax(this.#logits, this.classes.length);
    if (probabilities.every(Number.isFinite)) return probabilities;
    throw new Error(
      "model: got probabilities that are no numbers: pixels are none, its training went wrong, or its files are damaged",
    );
  }

  /** As they are if they have the network's shape, else fitted as the images were that it learned from. */
  #pixelsOf(image: Picture | Pixels): Pixels {
    const { height, width, channels } = this.inputShape;
    if (!("data" in image)) {
      if (image.length === this.#image.length) return image;
      throw new Error(
        `model: pixels: got ${image.length}, expected ${height}x${width}x${channels} = ${this.#image.length}; give a picture of another size as { width, height, data } with red, green, blue and alpha, as ImageData is`,
      );
    }
    const expected = 4 * image.width * image.height;
    if (image.data.length !== expected || expected === 0) {
      throw new Error(
        `model: picture: got ${image.data.length} values for ${image.width}x${image.height}, expected ${expected}: red, green, blue and alpha of each pixel`,
      );
    }
    return toPixels(image, this.inputShape, this.#model.fitting);
  }

  #write(pixels: Pixels): void {
    const { mean, standardDeviation } = this.#model.normalisation;
    const channels = mean.length;
    for (let at = 0; at < pixels.length; at++) {
      const channel = at % channels;
      this.#image[at] = (pixels[at]! / 255 - mean[channel]!) / standardDeviation[channel]!;
    }
  }
}
