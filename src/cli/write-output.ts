import { writeFileSync } from "node:fs";
import { IstaNasError } from "../error.ts";

/** Where a command writes what it was asked for. */
export interface OutputPlace {
  /** The command. */
  readonly where: string;
  /** The flag that chooses the place. */
  readonly flag: string;
  /** Of the error if it cannot be written there. */
  readonly code: string;
}

/** Writes a file that the user named. Throws an error of `code` if it cannot. */
export function writeOutput(file: string, content: string | Uint8Array, { where, flag, code }: OutputPlace): void {
  try {
    writeFileSync(file, content);
  } catch (cause) {
    throw new IstaNasError(`${where}: cannot write ${file}: ${(cause as Error).message}`, {
      code,
      hint: `choose another place with ${flag}`,
      cause,
    });
  }
}
