/**
 * @file Shuffled, augmented batches. The order of an epoch and the augmentation of a batch come from streams named after
 * them, so any batch can be made on its own: a run resumes by its epoch and step, without a saved position.
 */
import { countOf } from "../count-of.ts";
import { IstaNasError } from "../error.ts";
import type { RandomStreams } from "../random/index.ts";
import { type Augmentation, assertAugmentation, drawAugmentation, writeAugmented } from "./augmentation.ts";
import { assertBatchIndex, assertBatchSize, type Batch, otherLabelsOf } from "./batch.ts";
import { type ImageSplit, imageLength } from "./image-split.ts";
import { normalisationTable, type PixelStatistics } from "./pixel-statistics.ts";
import { drawBalanced, type Sampling } from "./sampling.ts";

export interface TrainingBatchesOptions {
  readonly split: ImageSplit;
  /** Images to draw from, such as one half of the split. Default all. */
  readonly indices?: ArrayLike<number>;
  /** What to normalise by. */
  readonly statistics: PixelStatistics;
  readonly batchSize: number;
  readonly augmentation: Augmentation;
  /** Default `as-is`. */
  readonly sampling?: Sampling;
  readonly streams: RandomStreams;
  /** Prefix of the streams' names: `NAME/epoch/E` for the order, `NAME/epoch/E/batch/B` for the augmentation. */
  readonly name: string;
}

/** Every epoch shows every image at most once, or, balanced, every class equally often; what does not fill a batch is left out, and differs from epoch to epoch. */
export class TrainingBatches {
  readonly batchSize: number;
  /** Full batches an epoch. */
  readonly batchCount: number;
  readonly #options: TrainingBatchesOptions;
  readonly #table: Float32Array;
  #order: { readonly epoch: number; readonly indices: Uint32Array } | null = null;

  /** Throws `E_BATCH_SIZE`, `E_BATCH_TOO_LARGE` if there are fewer images than a batch holds, or `E_AUGMENTATION`. */
  constructor(options: TrainingBatchesOptions) {
    const { split, batchSize, augmentation, statistics } = options;
    const count = options.indices?.length ?? split.count;
    assertBatchSize(batchSize);
    if (batchSize > count) {
      throw new IstaNasError(
        `batches ${options.name}: batch size got ${batchSize}, expected at most ${countOf(count, "image")}`,
        {
          code: "E_BATCH_TOO_LARGE",
          kind: "usage",
          hint: `choose a batch size of at most ${count}`,
        },
      );
    }
    assertAugmentation(augmentation, split.shape);
    this.#options = options;
    this.#table = normalisationTable(statistics);
    this.batchSize = batchSize;
    this.batchCount = Math.floor(count / batchSize);
  }

  /** Batch `index` of `epoch`, both from 0, in fresh arrays. Throws `E_BATCH_INDEX`. */
  batch(epoch: number, index: number): Batch {
    assertBatchIndex(index, this.batchCount);
    const { split, augmentation, streams, name } = this.#options;
    const { shape, pixels } = split;
    const length = imageLength(shape);
    const order = this.#epochOrder(epoch);
    const stream = streams.stream(`${name}/epoch/${epoch}/batch/${index}`);
    const images = new Float32Array(this.batchSize * length);
    const labels = new Float32Array(this.batchSize);
    for (let i = 0; i < this.batchSize; i++) {
      const image = order[index * this.batchSize + i]!;
      const draw = drawAugmentation(stream, augmentation, shape);
      writeAugmented({ shape, pixels, offset: image * length }, draw, this.#table, images, i * length);
      labels[i] = split.labels[image]!;
    }
    const shown = order.subarray(index * this.batchSize, (index + 1) * this.batchSize);
    return { images, labels, ...otherLabelsOf(split, shown, this.batchSize), count: this.batchSize };
  }

  #epochOrder(epoch: number): Uint32Array {
    if (this.#order?.epoch === epoch) return this.#order.indices;
    const { split, indices, sampling, streams, name } = this.#options;
    const order =
      indices === undefined ? Uint32Array.from({ length: split.count }, (_, i) => i) : Uint32Array.from(indices);
    const stream = streams.stream(`${name}/epoch/${epoch}`);
    const drawn = sampling === "balanced" ? drawBalanced(order, split.labels, stream) : stream.shuffle(order);
    this.#order = { epoch, indices: drawn };
    return drawn;
  }
}
