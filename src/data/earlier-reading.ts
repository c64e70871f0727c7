/** @file What earlier versions would have made of a folder of images, for runs that began with them. */
import { join } from "node:path";
import { IstaNasError } from "../error.ts";
import { RegularFile, UnreadableFile } from "../files/index.ts";
import { BmpImage } from "./bmp-image.ts";
import { findLayout } from "./layout.ts";

/** Bytes that tell a bitmap. */
const START = 18;

/** Whether earlier versions took other files of the folder at `path`, or could not read one that is BMP under the name of another format. */
export function wasReadOtherwise(path: string): boolean {
  try {
    const [present, earlier] = (["present", "earlier"] as const).map((rules) => findLayout(path, rules));
    if (present?.kind !== "class-folders" || earlier?.kind !== "class-folders") return false;
    const files = [...present.train, ...(present.test ?? [])];
    if (JSON.stringify([present.train, present.test]) !== JSON.stringify([earlier.train, earlier.test])) return true;
    return files.some((file) => isBmp(join(present.folder, file.path)));
  } catch (error) {
    if (error instanceof IstaNasError) return true;
    throw error;
  }
}

function isBmp(path: string): boolean {
  let file: RegularFile | null = null;
  try {
    file = RegularFile.open(path, "followed");
    return BmpImage.isBmp(file.readStart(START));
  } catch (error) {
    if (error instanceof UnreadableFile) return false;
    throw error;
  } finally {
    file?.close();
  }
}
