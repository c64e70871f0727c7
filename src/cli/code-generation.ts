import { IstaNasError } from "../error.ts";

/** Throws `E_NODE_FLAGS` where node may not make code from strings, which writing ONNX files takes: before there is anything to be lost. */
export function assertCodeGeneration(): void {
  try {
    new Function("");
  } catch (cause) {
    throw new IstaNasError("node: code from strings is forbidden, expected it to be allowed for writing ONNX files", {
      code: "E_NODE_FLAGS",
      hint: "start node without --disallow-code-generation-from-strings, on the command line and in NODE_OPTIONS",
      cause,
    });
  }
}
