import { readdirSync, realpathSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { IstaNasError } from "../error.ts";
import { compareCodePoints, decodeFileName, printableName, systemReason, toSystemPath } from "../files/index.ts";

export interface FolderEntry {
  /** As `decodeFileName` gives it. */
  readonly name: string;
  /** Links to folders are followed, but for one that leads back to a folder around it. */
  readonly isFolder: boolean;
}

/** What lies in `folder`, sorted by code point. Throws `E_DATA_UNREADABLE`. */
export function listFolder(folder: string): readonly FolderEntry[] {
  try {
    const entries = readdirSync(toSystemPath(folder), { withFileTypes: true, encoding: "buffer" });
    return entries
      .map((entry) => {
        const name = decodeFileName(entry.name);
        return { name, isFolder: entry.isDirectory() || (entry.isSymbolicLink() && leadsToFolder(folder, name)) };
      })
      .sort((a, b) => compareCodePoints(a.name, b.name));
  } catch (cause) {
    throw new IstaNasError(`data ${printableName(folder)}: the folder cannot be read: ${systemReason(cause)}`, {
      code: "E_DATA_UNREADABLE",
      kind: "usage",
      hint: "check its permissions",
      cause,
    });
  }
}

/** Whether a link leads to a folder, other than one that it lies in itself. */
function leadsToFolder(folder: string, name: string): boolean {
  try {
    const target = join(folder, name);
    return statSync(toSystemPath(target)).isDirectory() && !realFolder(folder).startsWith(realFolder(target));
  } catch {
    return false;
  }
}

/** The path of a folder without links, ending in a separator. Of the two that Node has, only the system's takes names that are no text. */
export function realFolder(folder: string): string {
  const path = decodeFileName(realpathSync.native(toSystemPath(folder), { encoding: "buffer" }));
  return path.endsWith(sep) ? path : path + sep;
}
