import { assertBatchIndex, assertBatchSize, type Batch, otherLabelsOf } from "./batch.ts";
import { type ImageSplit, imageLength } from "./image-split.ts";
import { normalisePixels, type PixelStatistics } from "./pixel-statistics.ts";

export interface SequentialBatchesOptions {
  readonly split: ImageSplit;
  /** Images to go through, in that order. Default all. */
  readonly indices?: ArrayLike<number>;
  /** What to normalise by: the statistics of the training images. */
  readonly statistics: PixelStatistics;
  readonly batchSize: number;
}

/** Batches for measuring: every image once, in order, as it is. The last batch is padded with zeros to the full size. */
export class SequentialBatches implements Iterable<Batch> {
  readonly batchSize: number;
  readonly batchCount: number;
  /** Images in all batches together. */
  readonly count: number;
  readonly #options: SequentialBatchesOptions;

  /** Throws `E_BATCH_SIZE`. */
  constructor(options: SequentialBatchesOptions) {
    assertBatchSize(options.batchSize);
    this.#options = options;
    this.count = options.indices?.length ?? options.split.count;
    this.batchSize = options.batchSize;
    this.batchCount = Math.ceil(this.count / options.batchSize);
  }

  /** Batch `index`, from 0, in fresh arrays. Throws `E_BATCH_INDEX`. */
  batch(index: number): Batch {
    assertBatchIndex(index, this.batchCount);
    const { split, indices, statistics } = this.#options;
    const length = imageLength(split.shape);
    const start = index * this.batchSize;
    const count = Math.min(this.batchSize, this.count - start);
    const images = new Float32Array(this.batchSize * length);
    const labels = new Float32Array(this.batchSize);
    const pixels = new Uint8Array(count * length);
    const shown = Uint32Array.from({ length: count }, (_, i) => indices?.[start + i] ?? start + i);
    for (const [i, image] of shown.entries()) {
      pixels.set(split.pixels.subarray(image * length, (image + 1) * length), i * length);
      labels[i] = split.labels[image]!;
    }
    images.set(normalisePixels(pixels, statistics));
    return { images, labels, ...otherLabelsOf(split, shown, this.batchSize), count };
  }

  *[Symbol.iterator](): Iterator<Batch> {
    for (let index = 0; index < this.batchCount; index++) yield this.batch(index);
  }
}
