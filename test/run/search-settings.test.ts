import { describe, expect, it } from "vitest";
import { searchSettings } from "../../src/run/settings.ts";
import type { Strategy } from "../../src/search/index.ts";
import { SPACES } from "../../src/spaces/index.ts";
import { STRATEGIES } from "../../src/strategies/index.ts";

const shape = { imageSize: { height: 16, width: 16 }, imageChannels: 3, classCount: 10 };
const space = SPACES.find(({ kind }) => kind === "nas-bench-201")!;
const measured = STRATEGIES.find(({ kind }) => kind === "measured")!;

const settingsOf = (options: Readonly<Record<string, unknown>>) =>
  searchSettings({ options, shape, space, spaceOptions: {} }, measured).search;

describe("networks that a search trains alone", () => {
  it("have a size of their own, or that of the search, and the depth of the training if neither says one", () => {
    const alone = { finalRound: 0.5, channels: 16 };
    expect(settingsOf({ ...alone, proxyChannels: 8, proxyCells: 3, cells: 1 }).proxy).toMatchObject({
      ...{ channels: 8, cellsPerStage: 3, affine: true, reduction: "residual" },
    });
    expect(settingsOf(alone).proxy).toMatchObject({ channels: 16, cellsPerStage: 5 });
  });

  it("are not there, and take no memory, where nothing is trained alone; a size for them is refused", () => {
    expect(settingsOf({ channels: 16 })).not.toHaveProperty("proxy");
    expect(() => settingsOf({ channels: 16, proxyCells: 3 })).toThrow(
      /^--proxy-cells: got it with a search that trains/,
    );
  });
});

describe("steps in parts and rates that warm up", () => {
  const darts = SPACES.find(({ kind }) => kind === "darts")!;
  const settings = (options: Readonly<Record<string, unknown>>, strategy: Strategy) =>
    searchSettings({ options, shape, space: darts, spaceOptions: darts.options({}) }, strategy);

  // Zero-cost scores untrained networks.
  const training = STRATEGIES.filter(({ images, kind }) => images !== "none" && kind !== "zero-cost");

  it.each(training.map((strategy) => [strategy.kind, strategy] as const))(
    "are taken by %s, kept by its options' schema, and not there unless they are asked for",
    (_, strategy) => {
      // Its steps add up gradients of several networks already.
      const parts = strategy.kind === "once-for-all" ? {} : { accumulate: 4 };
      const asked = settings({ ...parts, warmupEpochs: 3 }, strategy);
      expect(strategy.optionsSchema.parse(asked.search.options)).toMatchObject({ ...parts, warmupEpochs: 3 });
      const plain = settings({ accumulate: 1, warmupEpochs: 0, schedule: "cosine" }, strategy);
      for (const options of [plain.search.options, plain.training]) {
        expect(Object.keys(options as object)).not.toEqual(
          expect.arrayContaining([expect.stringMatching(/^(accumulate|warmupEpochs|schedule)$/)]),
        );
      }
    },
  );

  it("warm up once: weights that go on have done so in the search", () => {
    const trainingOf = (kind: string) =>
      settings({ accumulate: 4, warmupEpochs: 3, schedule: "linear" }, STRATEGIES.find((one) => one.kind === kind)!)
        .training;
    expect(trainingOf("two-stage")).toMatchObject({ accumulate: 4, warmupEpochs: 3, schedule: "linear" });
    expect(trainingOf("one-stage")).toMatchObject({ accumulate: 4, schedule: "linear" });
    expect(trainingOf("one-stage")).not.toHaveProperty("warmupEpochs");
  });
});
