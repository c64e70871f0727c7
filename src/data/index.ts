export {
  type Augmentation,
  type AugmentationDraw,
  drawAugmentation,
  NO_AUGMENTATION,
  type PixelSource,
  writeAugmented,
} from "./augmentation.ts";
export type { Batch } from "./batch.ts";
export { balancedClassWeights, type CountedClasses, readClassWeights } from "./class-weights.ts";
export { type ClassCounts, type DataReport, formatDataReport, type TestSplitOrigin } from "./data-report.ts";
export type { DataSet } from "./data-set.ts";
export type { DataSource, DataSourceKind } from "./data-source.ts";
export type { DuplicateCounts, DuplicatePair } from "./duplicates.ts";
export { describeChangedFiles, type FileHash } from "./file-hash.ts";
export { findImages } from "./find-images.ts";
export { CROPPED, FITS, type Fit, type Fitting, padColourOf } from "./fit.ts";
export { CACHE_FOLDER_NAME } from "./folder-scan.ts";
export { decodeIdx, encodeIdx, type IdxArray } from "./idx.ts";
export { ImageFailure } from "./image-failure.ts";
export type { ChannelCount, ImagePixels, ImageShape, ImageSize, ImageSplit } from "./image-split.ts";
export { imageLength } from "./image-split.ts";
export {
  DEFAULT_BAD_IMAGE_RATE,
  DEFAULT_TEST_FRACTION,
  type LoadDataSetOptions,
  loadDataSet,
} from "./load-data-set.ts";
export { loadImage } from "./load-image.ts";
export { MemoryPixels } from "./memory-pixels.ts";
export type { OtherTask } from "./other-task.ts";
export { normalisationTable, normalisePixels, type PixelStatistics, pixelStatistics } from "./pixel-statistics.ts";
export type { FileNote, LoadProgress, SeenImages } from "./read-images.ts";
export { drawResizedCrop } from "./resized-crop.ts";
export { SAMPLINGS, type Sampling } from "./sampling.ts";
export { SequentialBatches, type SequentialBatchesOptions } from "./sequential-batches.ts";
export { type SplitTrainOptions, splitTrain, type TrainParts } from "./split-train.ts";
export { TooManyBadImages } from "./too-many-bad-images.ts";
export { TrainingBatches, type TrainingBatchesOptions } from "./training-batches.ts";
