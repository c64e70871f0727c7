/** @file The images on which paths of a super-net are scored: none of them has trained its weights. */
import { type ImageSplit, splitTrain, type TrainParts } from "../data/index.ts";
import { RandomStreams } from "../random/index.ts";
import type { Strategy } from "../search/index.ts";
import type { RunConfig } from "../store/index.ts";
import type { OpenedData } from "./open-data.ts";
import { searchParts } from "./search-batches.ts";

export interface ScoreImages {
  /** `validation`: images given for it, or training images of the half that trains no weights. `test`: where there are neither. */
  readonly part: "validation" | "test";
  readonly split: ImageSplit;
  /** In a random order, so that each batch has images of all classes. */
  readonly indices: Uint32Array;
}

/** At most `most` of the images that there are. Throws `E_SPLIT_EMPTY`. */
export function scoreImages(config: RunConfig, { images }: Strategy, data: OpenedData, most: number): ScoreImages {
  const { seed } = config;
  const isValidation = images === "halves" || images === "held-out" || data.validation !== null;
  const { split, indices: all } = isValidation
    ? searchParts(config, data, images).architecture
    : { split: data.test, indices: testHalves(seed, data.test).first };
  const indices = new RandomStreams(seed).stream("score/images").shuffle(all).subarray(0, most);
  return { part: isValidation ? "validation" : "test", split, indices };
}

/** The test images in two: those of the first half may score a super-net, so that a comparison with it looks at the second. Throws `E_SPLIT_EMPTY`. */
export function testHalves(seed: number, test: ImageSplit): TrainParts {
  return splitTrain(test, { fraction: 0.5, stream: new RandomStreams(seed).stream("score/test-halves") });
}
