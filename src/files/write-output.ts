/** @file What a person asked to be written, at the place that was named for it. */
import { IstaNasError } from "../error.ts";
import { systemHint } from "./system-hint.ts";
import { findNamedPlace, type NamedPlace, writeNamedFile } from "./write-named-file.ts";
import { writeWholeFile } from "./write-whole-file.ts";

/** Where something is written that was asked for. */
export interface OutputPlace {
  /** The command. */
  readonly where: string;
  /** The flag that chooses the place. */
  readonly flag: string;
  /** Of the error if it cannot be written there. */
  readonly code: string;
  /** Whether it is the command's own choice, in a run folder: a link there is replaced and not followed. Default: false, a person named it. */
  readonly isOwn?: boolean;
}

/** Writes a file that the user named, whole or not at all; pipes and devices are written to directly. Throws an error of `code` if it cannot. */
export function writeOutput(file: string, content: string | Uint8Array, place: OutputPlace): void {
  attempt(file, place, () => (place.isOwn ? writeWholeFile(file, content) : writeNamedFile(file, content)));
}

/** What `file` leads to. Throws an error of `code` if nobody can tell. */
export function findOutput(file: string, place: OutputPlace): NamedPlace {
  return attempt(file, place, () => findNamedPlace(file));
}

/** Whether other files can lie beside `file`: a pipe and standard output have no place for them. Throws as `findOutput` does. */
export function isFilePlace(file: string, place: OutputPlace): boolean {
  return place.isOwn || findOutput(file, place).kind === "file";
}

function attempt<T>(file: string, { where, flag, code }: OutputPlace, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new IstaNasError(`${where}: cannot write ${file}: ${(cause as Error).message}`, {
      code,
      hint: systemHint(cause) ?? `choose another place with ${flag}`,
      cause,
    });
  }
}
