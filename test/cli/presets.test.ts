import { describe, expect, it } from "vitest";
import { oneStageSettings, retrainSettings, searchSettings } from "../../src/cli/jobs/settings.ts";
import { withOneStagePreset, withPreset, withTrainPreset } from "../../src/cli/presets.ts";
import { checkStrategyFlags } from "../../src/cli/strategy-flags.ts";

const SHAPE = { channels: 3, imageSize: { height: 32, width: 32 }, classCount: 10 };

describe("the published recipe", () => {
  it("searches small and trains large in two stages", () => {
    const flags = withPreset({ preset: "cifar10" }, "cifar-10");
    const [search, retrain] = [searchSettings(flags, SHAPE), retrainSettings(flags, SHAPE, "search")];
    expect(search).toMatchObject({
      network: { initChannels: 16, cellCount: 8 },
      epochs: 50,
      batch: 256,
      learningRate: 0.1,
    });
    expect(search.architecture.learningRate).toBe(6e-4);
    expect(retrain).toMatchObject({ network: { initChannels: 36, cellCount: 20 }, epochs: 600, batch: 96 });
  });

  it("has one network, the large one, in one stage", () => {
    const { oneStage, retrain } = oneStageSettings(withOneStagePreset({ preset: "cifar10" }, "cifar-10"), SHAPE);
    const network = {
      initChannels: 36,
      cellCount: 20,
      auxiliaryHead: true,
      affine: true,
      poolNorm: true,
      skipNorm: true,
    };
    expect(oneStage).toMatchObject({ network, batch: 96, learningRate: 0.025, maxEpochs: 600, auxiliaryWeight: 0.4 });
    expect(oneStage.architecture.learningRate).toBe(3e-4);
    expect(retrain).toMatchObject({ network, epochs: 600, batch: 96, learningRate: 0.025, dropPathRate: 0.2 });
  });

  it("gives way to flags that are typed", () => {
    const { oneStage, retrain } = oneStageSettings(
      withOneStagePreset({ preset: "cifar10", channels: 12, retrainEpochs: 3, maxSearchEpochs: 2 }, "cifar-10"),
      SHAPE,
    );
    expect(oneStage).toMatchObject({ network: { initChannels: 12, cellCount: 20 }, maxEpochs: 2 });
    expect(retrain).toMatchObject({ network: { initChannels: 12 }, epochs: 3 });
    expect(withTrainPreset({ preset: "cifar10", epochs: 7 }, "cifar-10")).toMatchObject({ channels: 36, epochs: 7 });
    expect(withTrainPreset({ preset: "cifar10" }, "cifar-10")).toMatchObject({ cells: 20, epochs: 600, batch: 96 });
    expect(withTrainPreset({}, "demo")).toMatchObject({ channels: 8, cells: 5, epochs: 22 });
  });
});

describe("a flag of the other strategy", () => {
  it("is refused, by name, with what to use instead", () => {
    expect(() => checkStrategyFlags({ strategy: "one-stage", epochs: 3 })).toThrow(
      /--epochs: got it with strategy one-stage/,
    );
    expect(() => checkStrategyFlags({ strategy: "one-stage", retrainCells: 3 })).toThrow(/--retrain-cells/);
    expect(() => checkStrategyFlags({ maxParameters: 3 })).toThrow(/--max-parameters: got it with strategy two-stage/);
  });

  it("does not stand in the way of the strategy's own", () => {
    checkStrategyFlags({ strategy: "one-stage", maxParameters: 3, channels: 8, retrainEpochs: 2 });
    checkStrategyFlags({ epochs: 3, retrainCells: 3 });
  });
});
