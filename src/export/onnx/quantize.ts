/**
 * @file A float32 model as one of 8-bit integers, in QDQ form: the nodes stay, and between them each tensor is quantized and
 * dequantized again. What runs such a file puts integer operations in the place of what stands between two of these pairs;
 * what does not know them computes the same in float32. Batch norms are in the convolutions already (folding.ts).
 *
 * Activations are uint8, weights int8 by output channel, biases int32. Pixels are whole numbers from 0 to 255: their scale is 1.
 * Logits and softmax stay float32.
 */
import { IstaNasError } from "../../error.ts";
import { QdqWriter } from "./qdq-writer.ts";
import { scaleOfRange, type TensorScale, type ValueRange } from "./quantization.ts";
import { decodeModel, encodeModel, type ModelMessage, type NodeMessage } from "./schema.ts";

export interface QuantizeOptions {
  /** A float32 model that `encodeOnnx` wrote, of operator set 13 or later. */
  readonly model: Uint8Array;
  /** Of what its nodes compute, from `calibrateOnnx`. */
  readonly ranges: ReadonlyMap<string, ValueRange>;
  /** More entries for the metadata of the file. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The oldest. */
const QUANTIZED_OPSET = 13;

/** Operations whose output has values of their input alone: the same integers, so that nothing is rounded twice. */
const SELECTING = new Set(["MaxPool", "Slice", "Flatten", "Identity"]);
/** What is computed in integers together with the one operation before it, which is none of these. */
const BOUNDING = new Set(["Relu", "Clip"]);
/** What is left in float32. */
const FLOAT_OUTPUTS = new Set(["Gemm", "Softmax"]);
const PIXELS = "images";

/** The bytes of the quantized model: the same options give the same bytes. Throws `E_ONNX_OPSET` for an older operator set. */
export function quantizeOnnx({ model: bytes, ranges, metadata = {} }: QuantizeOptions): Uint8Array {
  const model = decodeModel(bytes) as ModelMessage;
  assertQuantizedOpset(model.opsetImport[0]!.version);
  const { graph } = model;
  const scales = scalesOf(graph.node, ranges);
  const writer = new QdqWriter(graph, scales);
  writer.quantized(PIXELS);
  for (const node of graph.node) {
    if (node.opType === "Conv" || node.opType === "Gemm") writer.weighted(node);
    else writer.node(node);
    if (scales.has(node.output[0]!)) writer.quantized(node.output[0]!);
  }
  const metadataProps = [...model.metadataProps, ...Object.entries(metadata).map(([key, value]) => ({ key, value }))];
  return encodeModel({ ...model, graph: writer.finish(), metadataProps });
}

/** Throws `E_ONNX_OPSET` for one that has no DequantizeLinear by channel. */
export function assertQuantizedOpset(opset: number): void {
  if (opset >= QUANTIZED_OPSET) return;
  throw new IstaNasError(`onnx: operator set: got ${opset}, expected ${QUANTIZED_OPSET} to 17 for 8-bit integers`, {
    code: "E_ONNX_OPSET",
    kind: "usage",
  });
}

/** The scale of each tensor that becomes integers. */
function scalesOf(
  nodes: readonly NodeMessage[],
  ranges: ReadonlyMap<string, ValueRange>,
): ReadonlyMap<string, TensorScale> {
  const readers = new Map<string, NodeMessage[]>();
  for (const node of nodes) {
    for (const input of node.input) readers.set(input, [...(readers.get(input) ?? []), node]);
  }
  const scales = new Map<string, TensorScale>([[PIXELS, { scale: 1, zeroPoint: 0 }]]);
  for (const { opType, input, output } of nodes) {
    const [tensor, from] = [output[0]!, input[0]!];
    const [reader, ...others] = readers.get(tensor) ?? [];
    const isBounded = others.length === 0 && !BOUNDING.has(opType) && BOUNDING.has(reader?.opType ?? "");
    if (FLOAT_OUTPUTS.has(opType) || isBounded) continue;
    scales.set(tensor, SELECTING.has(opType) ? scales.get(from)! : scaleOfRange(ranges.get(tensor)!));
  }
  return scales;
}
