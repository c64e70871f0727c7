import { IstaNasError } from "../error.ts";
import { findNamedPlace, systemHint, writeNamedFile, writeWholeFile } from "../files/index.ts";
import type { Terminal } from "./terminal.ts";

/** Where a command writes what it was asked for. */
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

/** Whether other files can lie beside `file`: a pipe and standard output have no place for them. Throws an error of `code` if nobody can tell. */
export function isFilePlace(file: string, place: OutputPlace): boolean {
  return place.isOwn || attempt(file, place, () => findNamedPlace(file)).kind === "file";
}

/** `terminal`, or another one that keeps off standard output where `file` is that. */
export function besideOutput(file: string, place: OutputPlace, terminal: Terminal): Terminal {
  if (place.isOwn) return terminal;
  const found = attempt(file, place, () => findNamedPlace(file));
  return found.kind === "descriptor" && found.descriptor === 1 ? terminal.aside() : terminal;
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
