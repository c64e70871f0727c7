/** @file Apart from what loads the runtime, so that the package's types need none of an optional dependency. */
import { IstaNasError } from "../../error.ts";

/** `E_ONNX_RUNTIME_MISSING` or `E_ONNX_RUNTIME_BROKEN`, with the reason in a few words. */
export class RuntimeUnavailable extends IstaNasError {
  readonly reason: string;

  constructor(reason: string, options: { readonly code: string; readonly hint: string; readonly cause?: unknown }) {
    super(`onnx: runtime: ${reason}, expected it to run the model`, options);
    this.reason = reason;
  }
}
