import { describe, expect, it } from "vitest";
import { partsFor } from "../../src/run/parts-for.ts";
import { asTrainOptions, withPreset, withTrainPreset } from "../../src/run/presets.ts";
import type { RunOptions } from "../../src/run/run-options.ts";
import { searchSettings, trainingSettings } from "../../src/run/settings.ts";
import type { Strategy } from "../../src/search/index.ts";
import { SPACES, type SpaceKind } from "../../src/spaces/index.ts";
import { STRATEGIES } from "../../src/strategies/index.ts";

const SHAPE = { imageChannels: 3, imageSize: { height: 32, width: 32 }, classCount: 10 };

const spaceOf = (kind: string): SpaceKind => SPACES.find((one) => one.kind === kind)!;
const strategyOf = (kind: string): Strategy => STRATEGIES.find((one) => one.kind === kind)!;
const DARTS = spaceOf("darts");

function settingsOf(given: RunOptions, space: SpaceKind, strategy: Strategy) {
  const options = withPreset(given, "cifar-10", space, strategy);
  return searchSettings({ options, shape: SHAPE, space, spaceOptions: space.options(options) }, strategy);
}

function settingsOfTraining(given: RunOptions, space: SpaceKind) {
  const options = withTrainPreset(given, "cifar-10", space);
  const inputs = { options, shape: SHAPE, space, spaceOptions: space.options(options) };
  return trainingSettings(inputs, "training", "own");
}

/** What the presets of a run say in each space, for a network that is searched and thrown away, and for the one that is trained. */
const SIZES = [
  ["darts", "demo", { channels: 8, cells: 5 }, { channels: 8, cells: 5 }],
  [
    ...["darts", "cifar10"],
    { channels: 16, cells: 8, retrainChannels: 36, retrainCells: 20, dropPath: 0.2, auxiliary: 0.4 },
    { channels: 36, cells: 20, dropPath: 0.2, auxiliary: 0.4 },
  ],
  ["nas-bench-201", "demo", { channels: 8, cells: 1, retrainCells: 1 }, { channels: 8, cells: 1 }],
  ["nas-bench-201", "cifar10", { channels: 16, cells: 1, retrainCells: 5 }, { channels: 16, cells: 5 }],
  ["mobile", "demo", { channels: 8 }, { channels: 8 }],
  ["mobile", "cifar10", {}, {}],
] as unknown as readonly (readonly [string, "demo" | "cifar10", object, object])[];

const AUGMENTED = { crop: 4, flip: "on", cutout: 16 } as const;

describe.each(SIZES)("in the space %s the preset %s", (kind, preset, searched, trained) => {
  const space = spaceOf(kind);
  const isDemo = preset === "demo";

  it("is what a two-stage search takes", () => {
    const common = isDemo
      ? { retrainEpochs: 22, batch: 64, crop: 2, epochs: 4 }
      : {
          ...{ epochs: 50, batch: 256, learningRate: 0.1, retrainEpochs: 600, retrainBatch: 96, retrainRate: 0.025 },
          ...AUGMENTED,
        };
    const options = withPreset({ preset }, "photos", space, strategyOf("two-stage"));
    expect(options).toEqual({ preset, ...common, ...searched });
  });

  it("is what a one-stage search takes: of the trained network alone", () => {
    const common = isDemo
      ? { retrainEpochs: 22, batch: 64, crop: 2, maxSearchEpochs: 6 }
      : { maxSearchEpochs: 600, batch: 96, learningRate: 0.025, retrainEpochs: 600, ...AUGMENTED };
    const options = withPreset({ preset }, "photos", space, strategyOf("one-stage"));
    expect(options).toEqual({ preset, ...common, ...trained });
  });

  it("is what a training takes, whose epochs go by their own name", () => {
    const common = isDemo
      ? { epochs: 22, batch: 64, crop: 2 }
      : { epochs: 600, batch: 96, learningRate: 0.025, ...AUGMENTED };
    expect(withTrainPreset({ preset }, "photos", space)).toEqual({ preset, ...common, ...trained });
  });

  it("makes options that space and strategies take", () => {
    for (const strategy of STRATEGIES) {
      const { search, training } = settingsOf({ preset }, space, strategy);
      expect(space.macroSchema.parse(search.network)).toEqual(search.network);
      expect(space.macroSchema.parse(training.network)).toEqual(training.network);
      expect(strategy.optionsSchema.parse(search.options)).toEqual(search.options);
    }
  });
});

describe("without a preset", () => {
  it("the embedded data have theirs, other data none", () => {
    for (const strategy of STRATEGIES) {
      expect(withPreset({}, "demo", DARTS, strategy)).toMatchObject({ channels: 8, cells: 5, crop: 2 });
      expect(withPreset({}, "photos", DARTS, strategy)).toEqual({});
    }
    expect(withTrainPreset({}, "demo", DARTS)).toMatchObject({ channels: 8, cells: 5, epochs: 22 });
    expect(withTrainPreset({}, "photos", DARTS)).toEqual({});
  });

  it("every space and strategy has all its defaults", () => {
    for (const space of SPACES) {
      for (const strategy of STRATEGIES) {
        const { search, training } = settingsOf({}, space, strategy);
        expect(strategy.optionsSchema.parse(search.options)).toEqual(search.options);
        expect(space.macroSchema.parse(training.network)).toEqual(training.network);
        const epochs = strategy.afterwards === "none" ? 0 : 100;
        expect(training).toMatchObject({ epochs, batch: 64, learningRate: 0.025, weightDecay: 3e-4 });
      }
      expect(settingsOfTraining({}, space)).toMatchObject({ epochs: 100, batch: 64, learningRate: 0.025 });
    }
  });
});

describe("the published recipe", () => {
  it("searches small and trains large in two stages", () => {
    const { search, training } = settingsOf({ preset: "cifar10" }, DARTS, strategyOf("two-stage"));
    const searched = { affine: false, poolNorm: true, skipNorm: false, auxiliaryHead: false };
    expect(search).toMatchObject({
      network: { initChannels: 16, cellCount: 8, ...searched },
      augmentation: { cropPadding: 4, horizontalFlip: true, cutoutSize: 0 },
      options: { epochs: 50, batch: 256, learningRate: 0.1, architecture: { learningRate: 6e-4 } },
    });
    const trained = { affine: true, poolNorm: false, skipNorm: false, auxiliaryHead: true };
    expect(training).toMatchObject({
      network: { initChannels: 36, cellCount: 20, ...trained },
      augmentation: { cropPadding: 4, horizontalFlip: true, cutoutSize: 16 },
      ...{ epochs: 600, batch: 96, learningRate: 0.025, auxiliaryWeight: 0.4, dropPathRate: 0.2 },
    });
  });

  it("has one network, the large one, in one stage", () => {
    const { search, training } = settingsOf({ preset: "cifar10" }, DARTS, strategyOf("one-stage"));
    const network = {
      initChannels: 36,
      cellCount: 20,
      auxiliaryHead: true,
      affine: true,
      poolNorm: true,
      skipNorm: true,
    };
    expect(search).toMatchObject({
      network,
      options: {
        ...{ batch: 96, learningRate: 0.025, maxEpochs: 600, auxiliaryWeight: 0.4 },
        architecture: { learningRate: 3e-4 },
      },
    });
    expect(search.augmentation).toEqual(training.augmentation);
    expect(training).toMatchObject({ network, epochs: 600, batch: 96, learningRate: 0.025, dropPathRate: 0.2 });
  });

  it("gives way to options that are given", () => {
    const given = { preset: "cifar10", channels: 12, retrainEpochs: 3, maxSearchEpochs: 2 } as const;
    const { search, training } = settingsOf(given, DARTS, strategyOf("one-stage"));
    expect(search).toMatchObject({ network: { initChannels: 12, cellCount: 20 }, options: { maxEpochs: 2 } });
    expect(training).toMatchObject({ network: { initChannels: 12 }, epochs: 3 });
    const trained = settingsOfTraining({ preset: "cifar10", epochs: 7 }, DARTS);
    expect(trained).toMatchObject({ network: { initChannels: 36 }, epochs: 7 });
    expect(settingsOfTraining({ preset: "cifar10" }, DARTS)).toMatchObject({ network: { cellCount: 20 }, batch: 96 });
  });

  it("with a size of one's own for the trained network alone", () => {
    const { search, training } = settingsOf({ channels: 8, retrainChannels: 24 }, DARTS, strategyOf("two-stage"));
    expect([search.network, training.network]).toMatchObject([{ initChannels: 8 }, { initChannels: 24 }]);
  });
});

it("a training that a search comes to has its network, batch and rate, and nothing of the search", () => {
  const given = { strategy: "auto", time: 60, epochs: 9, measurements: 5, channels: 8, retrainChannels: 12, batch: 32 };
  expect(asTrainOptions({ ...given, retrainEpochs: 7, retrainRate: 0.1, seed: 3 }, strategyOf("two-stage"))).toEqual({
    ...{ time: 60, channels: 12, batch: 32, epochs: 7, learningRate: 0.1, seed: 3 },
  });
});

describe("the published recipe for ImageNet", () => {
  const published = {
    ...{ epochs: 250, batch: 1024, learningRate: 0.5, weightDecay: 3e-5, labelSmoothing: 0.1, auxiliaryWeight: 0.4 },
    ...{ schedule: "linear", dropPathRate: 0, clipNorm: 5, accumulate: 128 },
    augmentation: {
      ...{ cropPadding: 0, horizontalFlip: true, cutoutSize: 0 },
      ...{ resizedCrop: 0.08, colourJitter: 0.4, hueJitter: 0.2 },
    },
  };
  const large = { initChannels: 48, cellCount: 14, stem: "imagenet", auxiliaryHead: true };

  it("trains 14 cells of 48 channels behind three convolutions of stride 2", () => {
    expect(withTrainPreset({ preset: "imagenet" }, "photos", DARTS).imageSize).toBe(224);
    const training = settingsOfTraining({ preset: "imagenet" }, DARTS);
    expect(training).toMatchObject({ ...published, network: large, warmupEpochs: 5 });
  });

  it("searches in that network in one stage, and in a smaller one with that stem in two", () => {
    const one = settingsOf({ preset: "imagenet" }, DARTS, strategyOf("one-stage"));
    expect(one.search).toMatchObject({ network: large, augmentation: published.augmentation });
    expect(one.search.options).toMatchObject({ batch: 1024, learningRate: 0.5, accumulate: 128, warmupEpochs: 5 });
    expect(one.training).toMatchObject({ ...published, network: large });
    const two = settingsOf({ preset: "imagenet" }, DARTS, strategyOf("two-stage"));
    expect(two.search.network).toMatchObject({ initChannels: 16, cellCount: 8, stem: "imagenet" });
    expect(two.training).toMatchObject({ ...published, network: large, warmupEpochs: 5 });
  });

  it("has rates and parts that go with other batches, unless they are given", () => {
    const settings = (given: RunOptions) =>
      settingsOf({ preset: "imagenet", ...given }, DARTS, strategyOf("two-stage"));
    const { search, training } = settings({ batch: 96, retrainBatch: 64 });
    expect(search.options).toMatchObject({ batch: 96, learningRate: 96 * (0.5 / 1024), accumulate: 16 });
    expect(training).toMatchObject({ batch: 64, learningRate: 64 * (0.5 / 1024), accumulate: 16 });
    expect(settings({ batch: 4 }).search.options).not.toHaveProperty("accumulate");
    const given = settings({ batch: 96, learningRate: 0.2, accumulate: 2 });
    expect(given.search.options).toMatchObject({ batch: 96, learningRate: 0.2, accumulate: 2 });
    expect(partsFor([7])).toBe(1);
    expect(partsFor([30])).toBe(5);
    expect(partsFor([13])).toBe(13);
  });

  it("is taken by every space and strategy, if in whole batches by one whose steps are of several networks", () => {
    const inParts = () => settingsOf({ preset: "imagenet" }, DARTS, strategyOf("once-for-all"));
    expect(inParts).toThrow(
      expect.objectContaining({ code: "E_USAGE_OPTION", message: expect.stringMatching(/^--accumulate: got 128 /) }),
    );
    for (const space of SPACES) {
      for (const strategy of STRATEGIES) {
        const whole = strategy.kind === "once-for-all" ? { accumulate: 1 } : {};
        const { search, training } = settingsOf({ preset: "imagenet", ...whole }, space, strategy);
        expect(space.macroSchema.parse(training.network)).toEqual(training.network);
        expect(strategy.optionsSchema.parse(search.options)).toEqual(search.options);
      }
    }
  });
});
