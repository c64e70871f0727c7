/** @file What a person asked to be written, at the place that was named for it. */
import { lstatSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { IstaNasError } from "../error.ts";
import { kindOf } from "./regular-file.ts";
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

/**
 * Writes files into a folder, each whole or not at all, in their order; makes the folder, and those within, if there are none. `files`: by their names there,
 * parts with `/` between them. A folder that holds other things is refused unless `isKnown` knows it. Throws an error of the place's code.
 */
export function writeOutputFolder(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  place: OutputPlace & { readonly isKnown: (folder: string) => boolean },
): void {
  attempt(folder, place, () => {
    const status = (place.isOwn ? lstatSync : statSync)(folder, { throwIfNoEntry: false });
    if (status === undefined) mkdirSync(folder, { recursive: true });
    else if (!status.isDirectory()) throw new Error(`is ${kindOf(status)}, expected a folder`);
    else if (readdirSync(folder).length > 0 && !place.isKnown(folder)) {
      throw new Error("holds other things, expected an empty folder, one of an earlier export, or none");
    }
  });
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, ...name.split("/"));
    attempt(file, place, () => mkdirSync(dirname(file), { recursive: true }));
    writeOutput(file, content, place);
  }
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
