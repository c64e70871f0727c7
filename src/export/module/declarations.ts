/** The types of a module, `model.d.ts`. */
export const DECLARATIONS = `/** Red, green, blue and alpha of each pixel, 0 to 255: an ImageData of a canvas, or anything like it. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: ArrayLike<number>;
}

export interface ClassProbability {
  readonly name: string;
  /** 0 to 1; those of all classes add up to 1. */
  readonly probability: number;
}

export interface Model {
  /** Names of the classes. */
  readonly classes: readonly string[];
  /** Of what the network sees. One channel: grey. */
  readonly inputShape: { readonly height: number; readonly width: number; readonly channels: 1 | 3 };
  /**
   * All classes, the most probable first. A picture of any size is fitted to the network as the images were that it learned from: cropped, padded or
   * stretched, transparency laid on white. A plain list of height x width x channels numbers, 0 to 255, channels last, is taken as it is.
   * Nothing is divided or subtracted before: the model does it.
   */
  classify(image: Picture | ArrayLike<number>): readonly ClassProbability[];
  /** The same probabilities in the order of \`classes\`. */
  probabilities(image: Picture | ArrayLike<number>): Float64Array;
}

export interface LoadOptions {
  /** model.wasm, for where it cannot be fetched: its bytes, or a WebAssembly.Module. Default: the file beside model.js. */
  readonly wasm?: ArrayBuffer | Uint8Array | object;
  /** The bytes of model.bin. Default: the file beside model.js. */
  readonly weights?: ArrayBuffer | Uint8Array;
}

/** Fetches what is not given, and makes the model ready: in browsers, workers, Node 20 and later, Deno and Bun. */
export function load(options?: LoadOptions): Promise<Model>;
`;
