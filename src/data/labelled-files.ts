/** @file Image files and the class of each, however the classes were told: by folders, by a list, by rows. */
import type { DataFolder } from "./data-folder.ts";
import type { ImageFile } from "./list-classes.ts";
import type { OtherTask } from "./other-task.ts";

export type LabelledFilesKind = "class-folders" | "list" | "image-folder" | "tiny-imagenet" | "parquet";

/** Files of a split sorted by class and then by path, both by code point. */
export interface LabelledFiles {
  readonly kind: LabelledFilesKind;
  readonly folder: DataFolder;
  /** What tells the files from others of the same folder, such as the name of a list; null for class folders. */
  readonly subject: string | null;
  readonly classNames: readonly string[];
  /** Missing where there is one task. */
  readonly otherTasks?: readonly OtherTask[];
  readonly train: readonly ImageFile[];
  readonly test: readonly ImageFile[] | null;
  readonly testName: string | null;
  /** Only where there is a test split too: images for validation alone are the test split. */
  readonly validation: readonly ImageFile[] | null;
  readonly validationName: string | null;
  readonly ignored: readonly string[];
  /** Oddities worth a warning. */
  readonly notes: readonly string[];
  /** How the files were read, and what was passed over. */
  readonly remarks: readonly string[];
}

/** All files: of training, then of testing, then for validation. */
export function allFiles({ train, test, validation }: LabelledFiles): readonly ImageFile[] {
  return [...train, ...(test ?? []), ...(validation ?? [])];
}
