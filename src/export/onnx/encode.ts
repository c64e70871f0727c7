/**
 * @file Writes the inference graph of a network as an ONNX model. The graph computes with channels last, the model with
 * channels first; it takes pixels from 0 to 255 and normalises them itself.
 */
import type { Fitting } from "../../data/index.ts";
import { IstaNasError } from "../../error.ts";
import type { Graph, Node, Value } from "../../graph/index.ts";
import { checkClassNames } from "./check-class-names.ts";
import { OnnxGraphBuilder } from "./graph-builder.ts";
import { lowerNode } from "./lower-node.ts";
import { LoweringContext, onnxShape } from "./lowering-context.ts";
import { metadataEntries } from "./metadata.ts";
import { lowerNormalisation, type Normalisation } from "./normalisation.ts";
import { DEFAULT_OPSET, irVersionOf } from "./opset.ts";
import { outputNames } from "./output-names.ts";
import { lowerPixelValues } from "./pixel-values.ts";
import { PRODUCER } from "./producer.ts";
import { encodeModel } from "./schema.ts";

/** Another task of the same network. */
interface OnnxTask {
  /** In the names of its outputs. */
  readonly name: string;
  /** `[N, K]` */
  readonly logits: Value;
  /** K names, in the order of the logits. */
  readonly classNames: readonly string[];
}

export interface EncodeOnnxOptions {
  /** A graph of inference operations; what `logits` does not depend on is left out. */
  readonly graph: Graph;
  /** The normalised images, `[N, H, W, C]`; N is left open in the model. */
  readonly images: Value;
  /** Output of the classifier, `[N, K]`. */
  readonly logits: Value;
  /** What each other named value holds: parameters, running statistics, edge weights. */
  readonly parameters: (name: string) => ArrayLike<number>;
  readonly normalisation: Normalisation;
  /** How image files of other proportions come to the size of the images: said in the metadata. Default: cropped. */
  readonly fitting?: Fitting;
  /** K names, in the order of the logits. */
  readonly classNames: readonly string[];
  /** What the classes are called among several tasks: said in the metadata. */
  readonly taskName?: string;
  /** Default: none. */
  readonly otherTasks?: readonly OnnxTask[];
  /** Version of this package, kept in the file. */
  readonly producerVersion: string;
  /** More entries for the metadata of the file. The keys that every file has cannot be set. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Version of the operator set, 11 to 17. Default 13. */
  readonly opset?: number;
  /** What the file takes. Default `images`. */
  readonly input?: OnnxInput;
}

/**
 * `images`: pixels `[N, C, H, W]`, 0 to 255. `pixel_values`, as transformers.js calls it: always red, green, blue, divided by 255, and
 * normalised where the network has three channels; of one channel, grey is made of them in the file.
 */
export type OnnxInput = "images" | "pixel_values";

/**
 * Bytes of an ONNX model (float32): input `images` or `pixel_values`; outputs `logits` and
 * `probabilities` `[N, K]`, and for each other task `logits_NAME` and `probabilities_NAME`. The same graph and parameters give the same bytes.
 * @throws E_ONNX_NORMALISATION, E_ONNX_CLASSES, E_ONNX_METADATA, E_ONNX_OPSET for options that do not fit the graph or each other.
 * @throws E_ONNX_NOT_FINITE if a parameter is not a finite number.
 * @throws E_ONNX_OPERATION, E_ONNX_PARAMETER (internal) for a graph that is not one of inference.
 */
export function encodeOnnx(options: EncodeOnnxOptions): Uint8Array {
  const { images, opset = DEFAULT_OPSET, input = "images" } = options;
  const irVersion = irVersionOf(opset);
  checkOptions(options);
  const builder = new OnnxGraphBuilder();
  builder.input(input, onnxShape(input === "images" ? images.shape : [...images.shape.slice(0, 3), 3]));
  const tasks = tasksOf(options);
  for (const { logits, names } of tasks) {
    builder.output(names.logits, onnxShape(logits.shape));
    builder.output(names.probabilities, onnxShape(logits.shape));
  }

  const lowerInput = input === "images" ? lowerNormalisation : lowerPixelValues;
  const imagesTensor = lowerInput(builder, images, options.normalisation, input);
  const outputs = tasks.map(({ logits, names }) => ({ value: logits, name: names.logits }));
  const nodes = nodesBefore(
    outputs.map(({ value }) => value),
    options.graph,
  );
  const { parameters } = options;
  const context = new LoweringContext({ builder, nodes, parameters, images, imagesTensor, outputs });
  for (const node of nodes) context.hold(node.outputs[0]!, lowerNode(context, node));
  for (const { logits, names } of tasks) {
    builder.node({
      op: "Softmax",
      inputs: [context.tensor(logits)],
      scope: "",
      shape: onnxShape(logits.shape),
      attributes: { axis: 1 },
      output: names.probabilities,
    });
  }
  return encodeModel({
    irVersion,
    producerName: PRODUCER,
    producerVersion: options.producerVersion,
    graph: builder.finish(PRODUCER),
    opsetImport: [{ version: opset }],
    metadataProps: metadataEntries(options),
  });
}

/** The first task and the others, with the names of their outputs. */
function tasksOf({ logits, classNames, otherTasks = [] }: EncodeOnnxOptions) {
  return [{ logits, classNames, name: undefined }, ...otherTasks].map((task) => ({
    ...task,
    names: outputNames(task.name),
  }));
}

/** The operations that these values depend on, in order. */
function nodesBefore(values: readonly Value[], graph: Graph): readonly Node[] {
  const needed = new Set(values.map(({ id }) => id));
  const nodes = [...graph.nodes].reverse().filter((node) => {
    if (!node.outputs.some((output) => needed.has(output.id))) return false;
    for (const input of node.inputs) needed.add(input.id);
    return true;
  });
  return nodes.reverse();
}

function checkOptions(options: EncodeOnnxOptions): void {
  for (const { logits, classNames, name, names } of tasksOf(options)) {
    checkClassNames(classNames, logits.shape[1]!, name === undefined ? "onnx" : `onnx: ${name}`, "E_ONNX_CLASSES");
    const producer = options.graph.nodes.find((node) => node.outputs.includes(logits));
    if (producer?.kind === "linear") continue;
    throw new IstaNasError(
      `internal: onnx: ${names.logits}: got a ${producer?.kind ?? logits.role} value, expected one of linear`,
      {
        code: "E_ONNX_OPERATION",
        kind: "internal",
      },
    );
  }
}
