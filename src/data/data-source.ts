import type { FileHash } from "./file-hash.ts";
import type { LabelledFilesKind } from "./labelled-files.ts";

export type DataSourceKind = LabelledFilesKind | "demo" | "idx" | "cifar-10" | "cifar-100" | "npz";

/** What a data set was made from. */
export interface DataSource {
  readonly kind: DataSourceKind;
  /** As the caller gave it. */
  readonly path: string;
  /** SHA-256 of class names, shapes, pixels and labels of both splits, in hexadecimal: equal data, equal training. */
  readonly fingerprint: string;
  /** Every file that was read, those that hold no readable image too. */
  readonly files: readonly FileHash[];
  /** Name and version of what decodes image files; null where none was decoded. */
  readonly decoder: string | null;
}
