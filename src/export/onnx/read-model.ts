/** @file The bytes of an .onnx file. */
import { IstaNasError } from "../../error.ts";
import { RegularFile, UnreadableFile } from "../../files/index.ts";

/** Bytes: no message of protocol buffers is larger. */
const LARGEST_MODEL = 2 ** 31;

/** Throws `E_ONNX_FILE` if the file cannot be read. */
export function readModel(path: string): Uint8Array {
  let file: RegularFile | null = null;
  try {
    file = RegularFile.open(path, "followed");
    return file.read(LARGEST_MODEL);
  } catch (cause) {
    if (!(cause instanceof UnreadableFile)) throw cause;
    throw new IstaNasError(`onnx: file ${path}: ${cause.message}`, {
      code: "E_ONNX_FILE",
      kind: "usage",
      hint: "give an .onnx file that ista-nas wrote, or its run folder",
      cause,
    });
  } finally {
    file?.close();
  }
}
