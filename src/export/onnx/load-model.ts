import type { InferenceSession } from "onnxruntime-node";
import { IstaNasError } from "../../error.ts";
import { loadRuntime } from "./runtime.ts";

type Runtime = typeof import("onnxruntime-node");

export interface LoadedModel {
  readonly session: InferenceSession;
  readonly Tensor: Runtime["Tensor"];
}

/**
 * A model in onnxruntime, on the processor.
 * @param threads threads that compute. Default 2.
 * @throws E_ONNX_RUNTIME_MISSING, E_ONNX_RUNTIME_BROKEN, E_ONNX_LOAD if the runtime refuses the model
 */
export async function loadModel(bytes: Uint8Array, threads = 2): Promise<LoadedModel> {
  const { InferenceSession, Tensor } = await loadRuntime();
  try {
    const session = await InferenceSession.create(bytes, {
      executionProviders: ["cpu"],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
    });
    return { session, Tensor };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new IstaNasError(`onnx: model: got one that onnxruntime refuses: ${reason}`, { code: "E_ONNX_LOAD", cause });
  }
}
