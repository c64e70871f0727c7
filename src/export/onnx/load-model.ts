import type { InferenceSession } from "onnxruntime-node";
import { IstaNasError } from "../../error.ts";
import { loadRuntime } from "./runtime.ts";

type Runtime = typeof import("onnxruntime-node");

export interface LoadedModel {
  readonly session: InferenceSession;
  readonly Tensor: Runtime["Tensor"];
  /** Of the runtime. */
  readonly version: string;
}

export interface LoadModelOptions {
  /** Threads that compute. Default 2. */
  readonly threads?: number | undefined;
  /** Whether threads go on spinning after a run, to be quick in the next one. Default: true. */
  readonly spins?: boolean;
  /** Whether anybody may have written the file: that the runtime refuses it is then no failure of ours. Default: false. */
  readonly isForeign?: boolean;
}

/**
 * A model in onnxruntime, on the processor.
 * @throws E_ONNX_RUNTIME_MISSING, E_ONNX_RUNTIME_BROKEN, E_ONNX_LOAD if the runtime refuses the model
 */
export async function loadModel(
  bytes: Uint8Array,
  { threads = 2, spins = true, isForeign = false }: LoadModelOptions = {},
): Promise<LoadedModel> {
  const { InferenceSession, Tensor, env } = await loadRuntime();
  try {
    const session = await InferenceSession.create(bytes, {
      executionProviders: ["cpu"],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
      ...(spins ? {} : { extra: { session: { force_spinning_stop: "1" } } }),
    });
    return { session, Tensor, version: env.versions.node ?? "unknown" };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new IstaNasError(`onnx: model: got one that onnxruntime refuses: ${reason}`, {
      code: "E_ONNX_LOAD",
      cause,
      ...(isForeign ? { kind: "usage", hint: "the file is damaged, or no ONNX model" } : {}),
    });
  }
}
