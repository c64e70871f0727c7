/**
 * @file Writes the inference graph of a network as a JavaScript module without dependencies: a list of kernel calls that it walks, the kernels, and
 * the weights as they lie in memory. The network is the one of the device, compiled for one image and one thread.
 */
import { countOf } from "../../count-of.ts";
import type { Fitting, ImageShape, PixelStatistics } from "../../data/index.ts";
import { inferenceKernels, type KernelProgram, kernelProgram } from "../../device/index.ts";
import { sha256 } from "../../files/index.ts";
import type { Graph, Value } from "../../graph/index.ts";
import { checkClassNames } from "../onnx/check-class-names.ts";
import { DECLARATIONS } from "./declarations.ts";
import type { ModuleDescription } from "./description.ts";
import { moduleProgram } from "./program.ts";

export interface EncodeModuleOptions {
  /** A graph of inference operations on one image. */
  readonly graph: Graph;
  /** The normalised image, `[1, H, W, C]`. */
  readonly images: Value;
  /** Output of the classifier, `[1, K]`. */
  readonly logits: Value;
  /** What each persistent value holds. */
  readonly parameters: (name: string) => ArrayLike<number>;
  readonly normalisation: PixelStatistics;
  readonly fitting: Fitting;
  /** K names, in the order of the logits. */
  readonly classNames: readonly string[];
  /** Version of this package, told in the text. */
  readonly producerVersion: string;
}

/** The files of a module by name, in the order in which they are to be written. */
export type ModuleContent = Readonly<{
  "model.wasm": Uint8Array;
  "model.bin": Uint8Array;
  "model.d.ts": string;
  "model.js": string;
}>;

/** How the text of a module begins. */
export const MODULE_OPENING = "/* A classifier of images, written by ista-nas";

const TAG_BYTES = 8;

/**
 * The files of a module by name. The same network and weights give the same bytes on every machine.
 * @throws E_EXPORT_CLASSES for class names that do not fit the logits; E_DEVICE_BUILD for a build that is damaged or not whole
 */
export async function encodeModule(options: EncodeModuleOptions): Promise<ModuleContent> {
  const { graph, logits, classNames } = options;
  checkClassNames(classNames, logits.shape[1]!, "module", "E_EXPORT_CLASSES");
  const program = kernelProgram({ graph, outputs: { logits } });
  const content = weightContent(program, options.parameters);
  const tag = sha256(content).subarray(0, TAG_BYTES);
  const description = JSON.stringify(describe(program, options, [...tag]));
  return {
    "model.wasm": await inferenceKernels(),
    "model.bin": Buffer.concat([tag, content]),
    "model.d.ts": DECLARATIONS,
    "model.js": `${opening(options)}${await moduleProgram(description)}`,
  };
}

function describe(program: KernelProgram, options: EncodeModuleOptions, tag: readonly number[]): ModuleDescription {
  const [, height, width, channels] = options.images.shape as [number, number, number, ImageShape["channels"]];
  const { calls, memoryBytes, persistent, tables, inputs, outputs } = program;
  const kernels = [...new Set(calls.map(({ kernel }) => kernel))].sort();
  return {
    classes: options.classNames,
    inputShape: { height, width, channels },
    fitting: options.fitting,
    normalisation: options.normalisation,
    memoryBytes,
    tag,
    content: [persistent, { address: tables.address, bytes: tables.bytes }],
    image: inputs[options.images.name!]!,
    logits: outputs["logits"]!,
    kernels,
    calls: calls.map(({ kernel, args }) => [kernels.indexOf(kernel), ...args]),
  };
}

/** Weights as float32, then the constants of the calls. */
function weightContent(
  { persistent, persistentAddresses, tables }: KernelProgram,
  parameters: EncodeModuleOptions["parameters"],
): Buffer {
  const weights = Buffer.alloc(persistent.bytes);
  for (const [name, address] of persistentAddresses) {
    weights.set(new Uint8Array(Float32Array.from(parameters(name)).buffer), address - persistent.address);
  }
  return Buffer.concat([weights, tables.content]);
}

function opening({ classNames, producerVersion }: EncodeModuleOptions): string {
  return `${MODULE_OPENING} ${producerVersion}: ${countOf(classNames.length, "class")}. How it is used: model.d.ts */\n`;
}
