/** @file What earlier versions would have made of a folder of images, for runs that began with them. */
import { IstaNasError } from "../error.ts";
import { UnreadableFile } from "../files/index.ts";
import { BmpImage } from "./bmp-image.ts";
import type { DataFile, DataFolder } from "./data-folder.ts";
import type { FolderRules } from "./folder-scan.ts";
import { allFiles } from "./labelled-files.ts";
import { findLayout } from "./layout.ts";
import type { OpenedSource } from "./open-source.ts";

/** Bytes that tell a bitmap. */
const START = 18;

/** Whether versions of these rules took other files of the source, or could not read one that is BMP under the name of another format. */
export async function wasReadOtherwise(source: OpenedSource, rules: Exclude<FolderRules, "present">): Promise<boolean> {
  try {
    const [present, before] = [await findLayout(source), await findLayout(source, rules)];
    if (before.kind !== "class-folders") return false;
    if (present.kind !== "class-folders") return true;
    if (JSON.stringify(allFiles(present)) !== JSON.stringify(allFiles(before))) return true;
    return rules === "earlier" && allFiles(present).some((file) => isBmp(present.folder, file.path));
  } catch (error) {
    if (error instanceof IstaNasError) return true;
    throw error;
  }
}

function isBmp(folder: DataFolder, path: string): boolean {
  let file: DataFile | null = null;
  try {
    file = folder.open(path);
    return BmpImage.isBmp(file.readStart(START));
  } catch (error) {
    if (error instanceof UnreadableFile) return false;
    throw error;
  } finally {
    file?.close();
  }
}
