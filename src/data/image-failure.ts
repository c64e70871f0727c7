import { IstaNasError } from "../error.ts";
import { printableName } from "../files/index.ts";

/** Why one image file gave no pixels: `E_IMAGE_NOT_FOUND` or `E_IMAGE_UNREADABLE`. */
export class ImageFailure extends IstaNasError {
  /** The message without the file's name. */
  readonly reason: string;

  constructor(path: string, reason: string, parts: { readonly code: string; readonly hint: string; cause?: unknown }) {
    super(`image ${printableName(path)}: ${reason}`, { ...parts, kind: "usage" });
    this.reason = reason;
  }
}
