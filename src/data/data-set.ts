import type { DataReport } from "./data-report.ts";
import type { DataSource } from "./data-source.ts";
import type { ChannelCount, ImageSize, ImageSplit } from "./image-split.ts";
import type { OtherTask } from "./other-task.ts";

/** Labelled images, checked and ready to be trained on. Plain data apart from the pixel buffers. */
export interface DataSet {
  readonly name: string;
  readonly channels: ChannelCount;
  readonly imageSize: ImageSize;
  /** Sorted by code point for folders, in the order of the files' own labels otherwise. */
  readonly classNames: readonly string[];
  /** What its classes are called as a task, where tasks were asked for. */
  readonly taskName?: string;
  /** What else its images are told apart by. Missing where there is one task. */
  readonly otherTasks?: readonly OtherTask[];
  readonly train: ImageSplit;
  /** Kept out of training; null if none was given and none was asked for. */
  readonly test: ImageSplit | null;
  /** By which searches choose, where it was given beside a test split; null if it was not. */
  readonly validation: ImageSplit | null;
  readonly source: DataSource;
  readonly report: DataReport;
}
