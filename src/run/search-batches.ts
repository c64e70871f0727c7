/** @file The images that a search takes, in batches. */
import { type DataSet, type ImageSplit, splitTrain, TrainingBatches } from "../data/index.ts";
import { RandomStreams } from "../random/index.ts";
import type { Strategy } from "../search/index.ts";
import type { RunConfig } from "../store/index.ts";
import type { OpenedData } from "./open-data.ts";

/** Images of a split. */
interface SearchPart {
  readonly split: ImageSplit;
  readonly indices: Uint32Array;
}

/** What a search of two parts takes: the first trains weights, the second steers the architecture. */
export interface SearchParts {
  readonly weights: SearchPart;
  readonly architecture: SearchPart;
}

/**
 * The batches that the strategy takes: of two disjoint parts (`searchParts`), of all training images, or none. Where images for validation are fewer than the
 * training images, an epoch takes each of them several times, so that weights see all of theirs. Throws what `TrainingBatches` throws: plans
 * make them to find out before anything is computed.
 */
export function searchBatches(config: RunConfig, strategy: Strategy, data: OpenedData): readonly TrainingBatches[] {
  const { augmentation, options } = config.strategy!;
  const batchSize = strategy.batchOf(options);
  if (strategy.images === "none" || batchSize === null) return [];
  const streams = new RandomStreams(config.seed);
  const { sampling, normalisation: statistics } = config;
  const common = { statistics, batchSize, augmentation, sampling, streams };
  if (strategy.images === "all") return [new TrainingBatches({ ...common, split: data.train, name: "search" })];
  const { weights, architecture } = searchParts(config, data, strategy.images);
  const times = Math.max(1, Math.floor(weights.indices.length / architecture.indices.length));
  const repeated = Uint32Array.from(
    { length: times * architecture.indices.length },
    (_, i) => architecture.indices[i % architecture.indices.length]!,
  );
  return [
    new TrainingBatches({ ...common, ...weights, name: "search/weights" }),
    new TrainingBatches({ ...common, split: architecture.split, indices: repeated, name: "search/architecture" }),
  ];
}

/** Share of the training images that train weights, where the others measure. */
export const HELD_OUT_WEIGHTS = 0.9;

/**
 * All training images and those for validation, where such were given; else two halves of the training images, or nine tenths of them and one. Throws
 * `E_SPLIT_EMPTY`.
 */
export function searchParts(
  { seed }: Pick<RunConfig, "seed">,
  { train, validation }: Pick<DataSet, "train" | "validation">,
  images: Strategy["images"] = "halves",
): SearchParts {
  if (validation !== null && validation.count > 0) {
    return { weights: whole(train), architecture: whole(validation) };
  }
  const stream = new RandomStreams(seed).stream("search/halves");
  const { first, second } = splitTrain(train, { fraction: images === "held-out" ? HELD_OUT_WEIGHTS : 0.5, stream });
  return { weights: { split: train, indices: first }, architecture: { split: train, indices: second } };
}

function whole(split: ImageSplit): SearchPart {
  return { split, indices: Uint32Array.from({ length: split.count }, (_, index) => index) };
}

/** Steps of an epoch: as many as every one of the sources has batches, unless the strategy says how many. */
export function stepsOf(config: RunConfig, strategy: Strategy, batches: readonly TrainingBatches[]): number {
  return strategy.stepsOf?.(config.strategy!.options) ?? Math.min(...batches.map(({ batchCount }) => batchCount));
}
