/**
 * @file Runs an exported model with onnxruntime-node, which need not be installed and is loaded when it is first needed.
 */
import { countOf } from "../../count-of.ts";
import type { Fitting, OtherTask } from "../../data/index.ts";
import { IstaNasError } from "../../error.ts";
import { channelsFirst } from "./channels-first.ts";
import { checkClassNames } from "./check-class-names.ts";
import { loadModel } from "./load-model.ts";
import { type ModelInputShape, readOnnxMetadata } from "./metadata.ts";
import { outputNames } from "./output-names.ts";
import { readModel } from "./read-model.ts";

export interface OnnxSessionOptions {
  /** Threads that compute. Default 2. */
  readonly threads?: number;
}

interface TaskOutputs {
  /** `[count, K]` */
  readonly logits: Float32Array;
  /** `[count, K]` */
  readonly probabilities: Float32Array;
}

export interface OnnxOutputs extends TaskOutputs {
  /** Of the other tasks of the model. */
  readonly others: readonly TaskOutputs[];
}

export interface OnnxSession {
  /** K names, in the order of the logits. */
  readonly classNames: readonly string[];
  /** Missing in a model of one task. */
  readonly otherTasks?: readonly OtherTask[];
  readonly inputShape: ModelInputShape;
  /** How images of other proportions come to that shape. */
  readonly fitting: Fitting;
  /** All metadata entries of the file. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * Classifies `count` images, `[count, height, width, channels]`, 0 to 255. Throws `E_ONNX_PIXELS` for another number
   * of pixels and `E_ONNX_RUN` if the runtime fails.
   */
  run(pixels: Uint8Array | Float32Array, count: number): Promise<OnnxOutputs>;
  /** Frees the model; running it afterwards throws `E_ONNX_RUN`. */
  close(): Promise<void>;
}

/**
 * Opens a model, from its bytes or from the path of a file.
 * @throws E_ONNX_FILE if the file cannot be read, and what `readOnnxMetadata` throws.
 * @throws E_ONNX_RUNTIME_MISSING if onnxruntime-node is not installed.
 * @throws E_ONNX_RUNTIME_BROKEN if it is damaged or does not work on this machine.
 * @throws E_ONNX_LOAD if the runtime refuses the model.
 */
export async function openOnnx(model: Uint8Array | string, options: OnnxSessionOptions = {}): Promise<OnnxSession> {
  const bytes = typeof model === "string" ? readModel(model) : model;
  const { inputShape, classNames, otherTasks, fitting, metadata } = readOnnxMetadata(bytes);
  const tasks = [{ name: undefined, classNames }, ...(otherTasks ?? [])].map((task) => ({
    ...task,
    outputs: outputNames(task.name),
  }));
  const names = tasks.flatMap(({ outputs }) => Object.values(outputs));
  const { session, Tensor } = await loadModel(bytes, options);
  const { height, width, channels } = inputShape;
  let isOpen = true;
  return {
    classNames,
    ...(otherTasks === undefined ? {} : { otherTasks }),
    inputShape,
    fitting,
    metadata,
    async run(pixels, count) {
      const expected = count * height * width * channels;
      if (!Number.isInteger(count) || count < 1 || pixels.length !== expected) {
        throw new IstaNasError(
          `onnx: pixels: got ${pixels.length} for ${countOf(count, "image")}, expected ${height}x${width}x${channels} each`,
          { code: "E_ONNX_PIXELS", kind: "usage" },
        );
      }
      if (!isOpen) throw runError("the session is closed");
      const images = new Tensor("float32", channelsFirst(pixels, count, inputShape), [count, channels, height, width]);
      try {
        const outputs = await session.run({ images }, names);
        const [first, ...others] = tasks.map((task): TaskOutputs => {
          const take = (name: string): Float32Array => {
            const values = outputs[name]!.data as Float32Array;
            checkClassNames(task.classNames, values.length / count, `onnx: output ${name}`, "E_ONNX_CLASSES");
            return values;
          };
          return { logits: take(task.outputs.logits), probabilities: take(task.outputs.probabilities) };
        });
        return { ...first!, others };
      } catch (cause) {
        if (cause instanceof IstaNasError) throw cause;
        throw runError(messageOf(cause), cause);
      }
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      await session.release();
    },
  };
}

function runError(reason: string, cause?: unknown): IstaNasError {
  return new IstaNasError(`onnx: run: failed: ${reason}`, { code: "E_ONNX_RUN", cause });
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
