/** @file The images that a search takes, in batches. */
import { splitTrain, TrainingBatches, type TrainParts } from "../data/index.ts";
import { RandomStreams } from "../random/index.ts";
import type { Strategy } from "../search/index.ts";
import type { RunConfig } from "../store/index.ts";
import type { OpenedData } from "./open-data.ts";

/**
 * The batches that the strategy takes: of two disjoint halves of the training images, of all, or none. Throws what `TrainingBatches` throws: plans
 * make them to find out before anything is computed.
 */
export function searchBatches(config: RunConfig, strategy: Strategy, data: OpenedData): readonly TrainingBatches[] {
  const { augmentation, options } = config.strategy!;
  const batchSize = strategy.batchOf(options);
  if (strategy.images === "none" || batchSize === null) return [];
  const streams = new RandomStreams(config.seed);
  const { sampling, normalisation: statistics } = config;
  const common = { split: data.train, statistics, batchSize, augmentation, sampling, streams };
  if (strategy.images === "all") return [new TrainingBatches({ ...common, name: "search" })];
  const { first, second } = searchHalves(config, data);
  return [
    new TrainingBatches({ ...common, indices: first, name: "search/weights" }),
    new TrainingBatches({ ...common, indices: second, name: "search/architecture" }),
  ];
}

/** The halves of the training images, by index: the first one trains weights. Throws `E_SPLIT_EMPTY`. */
export function searchHalves({ seed }: Pick<RunConfig, "seed">, { train }: Pick<OpenedData, "train">): TrainParts {
  return splitTrain(train, { fraction: 0.5, stream: new RandomStreams(seed).stream("search/halves") });
}

/** Steps of an epoch: as many as every one of the sources has batches, unless the strategy says how many. */
export function stepsOf(config: RunConfig, strategy: Strategy, batches: readonly TrainingBatches[]): number {
  return strategy.stepsOf?.(config.strategy!.options) ?? Math.min(...batches.map(({ batchCount }) => batchCount));
}
