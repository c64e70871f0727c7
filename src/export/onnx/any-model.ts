/** @file Any ONNX model that takes one batch of images, whoever wrote it, to be run on inputs that are ready. */
import type { InferenceSession } from "onnxruntime-node";
import { IstaNasError } from "../../error.ts";
import { loadModel } from "./load-model.ts";
import { decodeModel } from "./schema.ts";

/** Elements of one image at most, far beyond any. */
const MOST_ELEMENTS = 2 ** 26;

export interface AnyModel {
  /** Of the runtime. */
  readonly version: string;
  /** Extents of one image, without the batch. */
  readonly imageShape: readonly number[];
  /** The one batch that it takes; null for any. */
  readonly fixedBatch: number | null;
  /** Makes a call on `[batch, ...imageShape]` numbers, which are taken over as they are. */
  prepare(values: Float32Array, batch: number): () => Promise<unknown>;
  close(): Promise<void>;
}

/**
 * @throws E_ONNX_RUNTIME_MISSING, E_ONNX_RUNTIME_BROKEN as `openOnnx`; E_ONNX_LOAD if the runtime refuses the model; E_ONNX_INPUT if its input is not one
 * tensor of float32 whose extents, but for the first, are fixed
 */
export async function openAnyModel(bytes: Uint8Array, { threads }: { readonly threads: number }): Promise<AnyModel> {
  // Its threads do not go on spinning after a run, when it is another one's turn.
  const { session, Tensor, version } = await loadModel(bytes, { threads, spins: false, isForeign: true });
  const name = session.inputNames[0]!;
  try {
    const { imageShape, fixedBatch } = inputOf(session);
    return {
      version,
      imageShape,
      fixedBatch,
      prepare(values, batch) {
        const images = new Tensor("float32", values, [batch, ...imageShape]);
        return () => session.run({ [name]: images });
      },
      close: () => session.release(),
    };
  } catch (error) {
    await session.release();
    throw error;
  }
}

/** Numbers that a model file keeps in its initializers; null for one that cannot be read. */
export function storedNumbers(bytes: Uint8Array): number | null {
  try {
    const { graph } = decodeModel(bytes);
    if (graph === null) return null;
    return graph.initializer.reduce((sum, { dims }) => sum + dims.reduce((product, extent) => product * extent, 1), 0);
  } catch {
    return null;
  }
}

function inputOf({ inputMetadata }: InferenceSession): Pick<AnyModel, "imageShape" | "fixedBatch"> {
  const [input, ...others] = inputMetadata;
  if (input === undefined || others.length > 0 || !input.isTensor || input.type !== "float32") {
    throw inputError(inputMetadata);
  }
  const [batch, ...extents] = input.shape;
  const imageShape = extents.filter((extent) => typeof extent === "number" && extent > 0) as readonly number[];
  const elements = imageShape.reduce((product, extent) => product * extent, 1);
  if (batch === undefined || extents.length === 0 || imageShape.length < extents.length || elements > MOST_ELEMENTS) {
    throw inputError(inputMetadata);
  }
  return { imageShape, fixedBatch: typeof batch === "number" && batch > 0 ? batch : null };
}

function inputError(inputs: InferenceSession["inputMetadata"]): IstaNasError {
  const found = inputs.map((input) => {
    return input.isTensor ? `${input.name} ${input.type}[${input.shape.join(", ")}]` : `${input.name}, no tensor`;
  });
  return new IstaNasError(
    `onnx: inputs: got ${found.join("; ") || "none"}, expected one float32 tensor of images, all but its first extent fixed`,
    {
      code: "E_ONNX_INPUT",
      kind: "usage",
      hint: "export the model with fixed height, width and channels and one input",
    },
  );
}
