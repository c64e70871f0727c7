import { totalmem } from "node:os";
import { IstaNasError } from "../error.ts";
import { sha256, UnreadableFile } from "../files/index.ts";
import type { DataFile, DataFolder } from "./data-folder.ts";
import type { FileHash } from "./file-hash.ts";

/** Bytes of a file that holds many images, whose hash is added to `hashes`. Throws `E_DATA_UNREADABLE`, and `E_DATA_TOO_LARGE` if they do not fit the memory. */
export function readDataFile(folder: DataFolder, name: string, hashes: FileHash[]): Uint8Array {
  let file: DataFile | null = null;
  try {
    file = folder.open(name);
    if (file.size > totalmem()) {
      throw new IstaNasError(
        `data ${name}: got ${file.size} bytes, expected at most the ${totalmem()} of memory of this machine`,
        { code: "E_DATA_TOO_LARGE", hint: "use fewer images, or a machine with more memory" },
      );
    }
    const bytes = file.read();
    hashes.push({ path: name, sha256: sha256(bytes).toString("hex") });
    return bytes;
  } catch (cause) {
    if (!(cause instanceof UnreadableFile)) throw cause;
    throw new IstaNasError(`data ${name}: ${cause.message}`, {
      code: "E_DATA_UNREADABLE",
      kind: "usage",
      hint: "check what it is and its permissions",
      cause,
    });
  } finally {
    file?.close();
  }
}
