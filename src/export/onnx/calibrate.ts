/** @file The range of every tensor of a model on some images: what the scales of its activations come from. */
import { IstaNasError } from "../../error.ts";
import { channelsFirst } from "./channels-first.ts";
import { loadModel } from "./load-model.ts";
import { readOnnxMetadata } from "./metadata.ts";
import type { ValueRange } from "./quantization.ts";
import { ATTRIBUTE_TYPE, decodeModel, ELEMENT_TYPE, encodeModel, type ModelMessage } from "./schema.ts";

export interface CalibrationOptions {
  /** A float32 model that `encodeOnnx` wrote. */
  readonly model: Uint8Array;
  /** `[count, H, W, C]`, 0 to 255. */
  readonly images: Uint8Array;
  /** At least 1. */
  readonly count: number;
  /** Threads that compute. Default 2. */
  readonly threads?: number;
}

/** Images a run of the model. */
const BATCH = 32;
const [LOW, HIGH] = ["ReduceMin", "ReduceMax"];
const KEEP_NO_DIMENSIONS = { name: "keepdims", type: ATTRIBUTE_TYPE.integer, i: 0 };

/** The ranges of what the nodes of the model compute, by the names of the tensors. Throws what `readOnnxMetadata` and `loadModel` throw, and `E_ONNX_NOT_FINITE`. */
export async function calibrateOnnx(options: CalibrationOptions): Promise<ReadonlyMap<string, ValueRange>> {
  const { model: bytes, images, count, threads } = options;
  const { inputShape } = readOnnxMetadata(bytes);
  const model = decodeModel(bytes) as ModelMessage;
  const tensors = model.graph.valueInfo.map(({ name }) => name);
  const { height, width, channels } = inputShape;
  const length = height * width * channels;
  const { session, Tensor } = await loadModel(withRanges(model, tensors), { threads });
  const ranges = new Map<string, ValueRange>();
  try {
    for (let start = 0; start < count; start += BATCH) {
      const batch = Math.min(BATCH, count - start);
      const pixels = images.subarray(start * length, (start + batch) * length);
      const input = new Tensor("float32", channelsFirst(pixels, batch, inputShape), [batch, channels, height, width]);
      const outputs = await session.run({ images: input });
      const numberOf = (name: string) => finite((outputs[name]!.data as Float32Array)[0]!, name);
      for (const name of tensors) {
        const { low, high } = ranges.get(name) ?? { low: Infinity, high: -Infinity };
        ranges.set(name, {
          low: Math.min(low, numberOf(`${name}/${LOW}`)),
          high: Math.max(high, numberOf(`${name}/${HIGH}`)),
        });
      }
    }
  } finally {
    await session.release();
  }
  return ranges;
}

/** The same model with the smallest and the largest value of each of these tensors as its outputs. */
function withRanges(model: ModelMessage, tensors: readonly string[]): Uint8Array {
  const { graph } = model;
  const found = tensors.flatMap((tensor) => {
    return [LOW, HIGH].map((opType) => {
      const name = `${tensor}/${opType}`;
      const node = { name, opType, input: [tensor], output: [name], attribute: [KEEP_NO_DIMENSIONS] };
      const type = { tensorType: { elemType: ELEMENT_TYPE.float32, shape: { dim: [] } } };
      return { node, output: { name, type } };
    });
  });
  const node = [...graph.node, ...found.map((each) => each.node)];
  return encodeModel({ ...model, graph: { ...graph, node, output: found.map(({ output }) => output) } });
}

function finite(value: number, name: string): number {
  if (Number.isFinite(value)) return value;
  throw new IstaNasError(`onnx: ${name}: got ${value} on an image, expected a finite number`, {
    code: "E_ONNX_NOT_FINITE",
    hint: "its training went wrong: train again, with a lower --learning-rate",
  });
}
