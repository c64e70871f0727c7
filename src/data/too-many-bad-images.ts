import { countOf } from "../count-of.ts";
import { IstaNasError } from "../error.ts";
import type { FileNote } from "./read-images.ts";

const LISTED = 5;

/** More images cannot be read than may be left out: `E_DATA_TOO_MANY_BAD`. */
export class TooManyBadImages extends IstaNasError {
  /** All of them. */
  readonly files: readonly FileNote[];
  /** Images that were looked at. */
  readonly imageCount: number;

  /** `path`: of the data; `allowed`: the share of bad images that may be left out. */
  constructor(path: string, files: readonly FileNote[], imageCount: number, allowed: number) {
    const percent = (rate: number): string => `${Number((100 * rate).toFixed(2))} %`;
    const listed = files.slice(0, LISTED).map((file) => `${file.path} ${file.reason}`);
    const isPartial = files.length > listed.length;
    const more = isPartial ? ` and ${files.length - listed.length} more` : "";
    const rate = files.length / imageCount;
    const counts = `${files.length} of ${countOf(imageCount, "image")} cannot be read (${percent(rate)}, allowed are ${percent(allowed)})`;
    const allowing = `, or leave them out with --max-bad-images ${Math.ceil(rate * 100) / 100}`;
    const listing = isPartial ? `; ista-nas check ${path} --json lists all` : "";
    super(`data ${path}: ${counts}: ${listed.join("; ")}${more}`, {
      code: "E_DATA_TOO_MANY_BAD",
      kind: "usage",
      hint: `repair or remove them${files.length === imageCount ? "" : allowing}${listing}`,
    });
    this.files = files;
    this.imageCount = imageCount;
  }
}
