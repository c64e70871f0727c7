/** @file Finds files of many images: in a folder itself, or, where it has no single images, in the one folder below that has them (`MNIST/raw`). */
import { join } from "node:path";
import { IstaNasError } from "../error.ts";
import { compareCodePoints, printableName } from "../files/index.ts";
import { type CifarFolder, findCifarFiles } from "./cifar-folder.ts";
import { findIdxFiles, type IdxFolder } from "./find-idx-files.ts";
import { type FolderScan, inside } from "./folder-scan.ts";

/** Folders down to which they are looked for. */
const DEPTH = 3;
const LISTED = 4;

/** The IDX files or CIFAR batches, null if there are none. Throws `E_DATA_SEVERAL` for several sets, and what the finders throw. */
export function findPixelFiles(scan: FolderScan): IdxFolder | CifarFolder | null {
  const direct = filesIn(scan, "");
  if (direct !== null || scan.firstWithImages("") !== null) return direct;
  const found = foldersBelow(scan, "", DEPTH).flatMap((path) => {
    const files = filesIn(scan, path);
    return files === null ? [] : [{ path, files }];
  });
  const [first] = found;
  if (first === undefined) return null;
  const named = found.map(({ path }) => `${printableName(path)}/`);
  if (found.length > 1) {
    const more = found.length > LISTED ? ` and ${found.length - LISTED} more` : "";
    throw new IstaNasError(
      `data ${printableName(scan.folder.path)}: ${found.length} data sets lie there, expected one: ${named.slice(0, LISTED).join(", ")}${more}`,
      {
        code: "E_DATA_SEVERAL",
        kind: "usage",
        hint: `give one of them: ista-nas check ${printableName(join(scan.folder.path, first.path))}`,
      },
    );
  }
  return { ...first.files, remarks: [`read is ${named[0]}, the one folder with such files`, ...first.files.remarks] };
}

function filesIn(scan: FolderScan, path: string): IdxFolder | CifarFolder | null {
  const { folders, images, unread, others } = scan.list(path);
  const names = [...folders, ...images, ...unread, ...others].sort(compareCodePoints);
  const folder = scan.folder.inside(path);
  return findIdxFiles(folder, names, folders) ?? findCifarFiles(folder, names);
}

/** Without those in the archive's folder of CIFAR, which stands for the folder around it. */
function foldersBelow(scan: FolderScan, path: string, depth: number): readonly string[] {
  if (depth === 0) return [];
  return scan.list(path).folders.flatMap((name) => {
    const inner = inside(path, name);
    return filesIn(scan, inner) === null ? [inner, ...foldersBelow(scan, inner, depth - 1)] : [inner];
  });
}
