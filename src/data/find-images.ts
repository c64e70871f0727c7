/** @file The images in a folder, without classes: for a trained network to name. */
import { join } from "node:path";
import { compareCodePoints } from "../files/index.ts";
import { DiskFolder } from "./disk-folder.ts";
import { FolderScan, inside } from "./folder-scan.ts";

/**
 * Paths of all images in `folder` and the folders below, each real folder once, those of a folder before those of its folders, by code point.
 * Images by their extension, in formats that are not read too; leavings of systems and runs are passed over. Throws `E_DATA_UNREADABLE`.
 */
export function findImages(folder: string): readonly string[] {
  const scan = new FolderScan(new DiskFolder(folder), "present");
  const seen = new Set<string>();
  const found: string[] = [];
  const visit = (path: string): void => {
    const real = scan.folder.realPath(path);
    if (seen.has(real)) return;
    seen.add(real);
    const { images, unread, folders } = scan.list(path);
    for (const name of [...images, ...unread].sort(compareCodePoints)) found.push(join(folder, path, name));
    for (const name of folders) visit(inside(path, name));
  };
  visit("");
  return found;
}
