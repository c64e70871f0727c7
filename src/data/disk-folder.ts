import { statSync } from "node:fs";
import { join } from "node:path";
import { RegularFile, toSystemPath } from "../files/index.ts";
import type { DataFile, DataFolder, FileStamp } from "./data-folder.ts";
import { type FolderEntry, listFolder, realFolder } from "./list-folder.ts";

/** A folder on the disk. Links are followed. */
export class DiskFolder implements DataFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  inside(path: string): DiskFolder {
    return new DiskFolder(join(this.path, path));
  }

  list(path: string): readonly FolderEntry[] {
    return listFolder(join(this.path, path));
  }

  realPath(path: string): string {
    return realFolder(join(this.path, path));
  }

  sizeOf(path: string): number | null {
    try {
      const status = statSync(toSystemPath(join(this.path, path)));
      return status.isFile() ? status.size : null;
    } catch {
      return null;
    }
  }

  open(path: string): DataFile {
    return RegularFile.open(join(this.path, path), "followed");
  }

  stampOf(path: string): FileStamp {
    return stampOfFile(join(this.path, path), path);
  }
}

/** The stamp of the file at `path`, in which it is called `name`. */
export function stampOfFile(path: string, name: string): FileStamp {
  try {
    const { size, mtimeNs, ctimeNs, ino } = statSync(toSystemPath(path), { bigint: true });
    return [name, String(size), String(mtimeNs), String(ctimeNs), String(ino)];
  } catch {
    return [name, "?", "?", "?", "?"];
  }
}
