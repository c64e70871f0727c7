import { beforeAll, describe, expect, it } from "vitest";
import { type DataSet, loadDataSet, NO_AUGMENTATION, pixelStatistics } from "../../src/data/index.ts";
import type { OpenedData } from "../../src/run/index.ts";
import { scoreImages } from "../../src/run/score-images.ts";
import { searchBatches, searchParts } from "../../src/run/search-batches.ts";
import type { RunConfig } from "../../src/store/index.ts";
import { STRATEGIES } from "../../src/strategies/index.ts";
import { sampleClasses, writeFiles } from "../data/sample-files.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const strategy = (kind: string) => STRATEGIES.find((one) => one.kind === kind)!;

describe("images of a search with a validation split", () => {
  let data: OpenedData;
  let config: RunConfig;

  beforeAll(async () => {
    const folder = writeFiles(temporaryFolder(), {
      ...(await sampleClasses({ cat: 12, dog: 12 }, { prefix: "train/" })),
      ...(await sampleClasses({ cat: 4, dog: 3 }, { prefix: "val/", seed: 50 })),
      ...(await sampleClasses({ cat: 2, dog: 2 }, { prefix: "test/", seed: 80 })),
    });
    const loaded: DataSet = await loadDataSet(folder, { seed: 1 });
    data = { ...loaded, test: loaded.test!, location: folder };
    config = {
      ...{ seed: 1, normalisation: pixelStatistics(loaded.train) },
      strategy: { augmentation: NO_AUGMENTATION, options: {} },
    } as unknown as RunConfig;
  });

  it("are all training images for weights and the validation images for the architecture", () => {
    const { weights, architecture } = searchParts(config, data);
    expect([weights.split, weights.indices.length]).toEqual([data.train, 24]);
    expect([architecture.split, architecture.indices.length]).toEqual([data.validation, 7]);
  });

  it("are scored on the validation images, never on those of the test split", () => {
    for (const kind of ["two-stage", "one-stage"]) {
      const { part, split, indices } = scoreImages(config, strategy(kind), data, 5);
      expect([part, split, indices.length]).toEqual(["validation", data.validation, 5]);
    }
  });

  it("come in epochs in which each validation image is taken as often as it needs", () => {
    const [weights, architecture] = searchBatches(config, { ...strategy("two-stage"), batchOf: () => 4 }, data);
    expect([weights!.batchCount, architecture!.batchCount]).toEqual([6, 5]);
  });
});
