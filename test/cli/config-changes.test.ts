import { describe, expect, it } from "vitest";
import { changeConfig } from "../../src/cli/jobs/config-changes.ts";
import type { RunConfig, RunState } from "../../src/store/index.ts";
import { SAMPLE_CONFIG } from "../store/sample-config.ts";

const NO_SUMS = { loss: 0, correct: 0, gradientNorm: 0 };

function training(epoch: number, step: number): RunState {
  return { phase: "retrain", genotype: "", details: {}, training: { epoch, step, sums: NO_SUMS } };
}

function searching(epoch: number, step: number): RunState {
  const sums = { weightLoss: 0, weightCorrect: 0, gradientNorm: 0, architectureLoss: 0, architectureCorrect: 0 };
  const ledger = { genotypes: [], switches: [], steps: [], last: null };
  return {
    phase: "search",
    strategy: "two-stage",
    search: { epoch, step, sums, architecture: { groups: [] }, ledger },
  };
}

const TRAIN: RunConfig = { ...SAMPLE_CONFIG, command: "train", search: null };
const SEARCH_EPOCHS = SAMPLE_CONFIG.search!.epochs;

describe("a changed setting", () => {
  it("is what the run goes on with, and noted if it differs", () => {
    const text = `retrain-epochs=77, learning-rate=0.5,epochs=${SEARCH_EPOCHS}`;
    const { config, changes } = changeConfig(SAMPLE_CONFIG, text, null);
    expect(config.retrain.epochs).toBe(77);
    expect(config.search!.learningRate).toBe(0.5);
    expect(changes).toEqual([
      { setting: "retrain-epochs", from: SAMPLE_CONFIG.retrain.epochs, to: 77 },
      { setting: "learning-rate", from: SAMPLE_CONFIG.search!.learningRate, to: 0.5 },
    ]);
  });

  it.each(["epochs=100", "learning-rate=0.5", "time=2h", "retrain-epochs=77,epochs=100"])(
    "of a search that is over is refused: %s",
    (text) => {
      expect(() => changeConfig(SAMPLE_CONFIG, text, training(0, 1))).toThrow(
        expect.objectContaining({
          code: "E_USAGE_CHANGE",
          kind: "usage",
          message: expect.stringMatching(
            /^--with: got (epochs=100|learning-rate=0\.5|time=2h), but the search .* is over/,
          ),
          hint: "change retrain-epochs or retrain-rate, or start another run",
        }),
      );
      expect(() => changeConfig(SAMPLE_CONFIG, text, searching(1, 0))).not.toThrow();
    },
  );

  it("is the rate of the architecture, in the search alone", () => {
    const { config, changes } = changeConfig(SAMPLE_CONFIG, "architecture-rate=0.125", searching(1, 0));
    expect(config.search!.architecture.learningRate).toBe(0.125);
    expect(config.search!.learningRate).toBe(SAMPLE_CONFIG.search!.learningRate);
    const from = SAMPLE_CONFIG.search!.architecture.learningRate;
    expect(changes).toEqual([{ setting: "architecture-rate", from, to: 0.125 }]);
    expect(() => changeConfig(SAMPLE_CONFIG, "architecture-rate=0.125", training(0, 1))).toThrow(/search .* is over/);
    expect(() => changeConfig(TRAIN, "architecture-rate=0.125", null)).toThrow(/a setting that this run has/);
  });

  it("of both phases changes only the one that is left", () => {
    const after = changeConfig(SAMPLE_CONFIG, "weight-decay=0.125", training(1, 0)).config;
    expect(after.search).toEqual(SAMPLE_CONFIG.search);
    expect(after.retrain.weightDecay).toBe(0.125);
    const during = changeConfig(SAMPLE_CONFIG, "weight-decay=0.125", searching(1, 0)).config;
    expect(during.search!.weightDecay).toBe(0.125);
    expect(during.retrain.weightDecay).toBe(0.125);
  });

  it.each([
    [SAMPLE_CONFIG, "epochs", searching],
    [SAMPLE_CONFIG, "retrain-epochs", training],
    [TRAIN, "epochs", training],
  ] as const)("asks for no fewer epochs than are begun (%#)", (config, setting, at) => {
    expect(() => changeConfig(config, `${setting}=2`, at(2, 1))).toThrow(
      expect.objectContaining({
        message: `--with: got ${setting}=2, expected at least 3: so many epochs are done or begun`,
      }),
    );
    expect(() => changeConfig(config, `${setting}=2`, at(2, 0))).not.toThrow();
    expect(() => changeConfig(config, `${setting}=3`, at(2, 1))).not.toThrow();
  });

  it("of the training says nothing about how far the search is", () => {
    expect(changeConfig(SAMPLE_CONFIG, "retrain-epochs=1", searching(2, 1)).config.retrain.epochs).toBe(1);
  });

  it("has to be one that the run has", () => {
    expect(() => changeConfig(TRAIN, "time=2h", null)).toThrow(/got time, expected a setting that this run has/);
    expect(() => changeConfig(TRAIN, "retrain-epochs=3", null)).toThrow(/expected a setting that this run has/);
  });
});
