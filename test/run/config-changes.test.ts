import { describe, expect, it } from "vitest";
import { type ConfigChangesGiven, changeConfig as change } from "../../src/run/config-changes.ts";
import { partsOfRun } from "../../src/run/run-parts.ts";
import type { RunConfig, RunState } from "../../src/store/index.ts";
import type { TrainingPlace } from "../../src/train/index.ts";
import {
  ONE_STAGE_CONFIG,
  ONE_STAGE_OPTIONS,
  SAMPLE_CONFIG,
  TRAINING_CONFIG,
  TWO_STAGE_OPTIONS,
} from "../store/sample-config.ts";

const NO_SUMS = { loss: 0, correct: 0, gradientNorm: 0 };

function training(epoch: number, step: number): RunState {
  return { phase: "retrain", architecture: "", details: {}, training: { epoch, step, sums: NO_SUMS } };
}

function searching(epoch: number, step: number): RunState {
  const search: TrainingPlace = { epoch, step };
  return { phase: "search", strategy: "two-stage", search };
}

const configs = [SAMPLE_CONFIG, ONE_STAGE_CONFIG, TRAINING_CONFIG] as const;
const strategies = new Map<RunConfig, Parameters<typeof change>[1]>();
for (const config of configs) strategies.set(config, (await partsOfRun("x", config, {})).strategy);

/** `changeConfig` of the run that began with `config`. */
function changeConfig(config: RunConfig, given: ConfigChangesGiven, state: RunState | null) {
  return change(config, strategies.get(config)!, given, state);
}

const SEARCH_EPOCHS = TWO_STAGE_OPTIONS.epochs;

describe("a changed setting", () => {
  it("is the same by the name of its option as in the words of its flag", () => {
    const given = { retrainEpochs: 77, learningRate: 0.5, time: 7200.5, checkpointMinutes: 0 };
    const text = "retrain-epochs=77,learning-rate=0.5,time=7200.5s,checkpoint-minutes=0";
    expect(changeConfig(SAMPLE_CONFIG, given, null)).toEqual(changeConfig(SAMPLE_CONFIG, text, null));
    expect(changeConfig(SAMPLE_CONFIG, given, null).changes).toHaveLength(4);
    expect(() => changeConfig(SAMPLE_CONFIG, { retrainEpochs: 0 }, null)).toThrow(
      /--retrain-epochs: got 0, expected an integer/,
    );
    expect(() => changeConfig(SAMPLE_CONFIG, { retrainEpoch: 1 }, null)).toThrow(/got "retrain-epoch=1", expected a/);
    expect(() => changeConfig(SAMPLE_CONFIG, 5 as unknown as string, null)).toThrow(/^--with: got 5, expected values/);
  });

  it("is what the run goes on with, and noted if it differs", () => {
    const text = `retrain-epochs=77, learning-rate=0.5,epochs=${SEARCH_EPOCHS}`;
    const { config, changes } = changeConfig(SAMPLE_CONFIG, text, null);
    expect(config.training.epochs).toBe(77);
    expect(config.strategy!.options).toEqual({ ...TWO_STAGE_OPTIONS, learningRate: 0.5 });
    expect(changes).toEqual([
      { setting: "retrain-epochs", from: SAMPLE_CONFIG.training.epochs, to: 77 },
      { setting: "learning-rate", from: TWO_STAGE_OPTIONS.learningRate, to: 0.5 },
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

  it("that says how many epochs a training has ends its budget, which would say otherwise", () => {
    const budgeted = { ...SAMPLE_CONFIG, timeBudget: 60 };
    strategies.set(budgeted, strategies.get(SAMPLE_CONFIG)!);
    expect(changeConfig(budgeted, "retrain-epochs=77", training(0, 1)).config.timeBudget).toBeNull();
    expect(changeConfig(budgeted, "retrain-rate=0.5", training(0, 1)).config.timeBudget).toBe(60);
  });

  it("is the rate of the architecture, in the search alone", () => {
    const { config, changes } = changeConfig(SAMPLE_CONFIG, "architecture-rate=0.125", searching(1, 0));
    const architecture = { ...TWO_STAGE_OPTIONS.architecture, learningRate: 0.125 };
    expect(config.strategy!.options).toEqual({ ...TWO_STAGE_OPTIONS, architecture });
    const from = TWO_STAGE_OPTIONS.architecture.learningRate;
    expect(changes).toEqual([{ setting: "architecture-rate", from, to: 0.125 }]);
    expect(() => changeConfig(SAMPLE_CONFIG, "architecture-rate=0.125", training(0, 1))).toThrow(/search .* is over/);
    expect(() => changeConfig(TRAINING_CONFIG, "architecture-rate=0.125", null)).toThrow(/a setting that this run has/);
  });

  it("of both phases changes only the one that is left", () => {
    const after = changeConfig(SAMPLE_CONFIG, "weight-decay=0.125", training(1, 0)).config;
    expect(after.strategy).toEqual(SAMPLE_CONFIG.strategy);
    expect(after.training.weightDecay).toBe(0.125);
    const during = changeConfig(SAMPLE_CONFIG, "weight-decay=0.125", searching(1, 0)).config;
    expect(during.strategy!.options).toEqual({ ...TWO_STAGE_OPTIONS, weightDecay: 0.125 });
    expect(during.training.weightDecay).toBe(0.125);
  });

  it.each([
    [SAMPLE_CONFIG, "epochs", searching],
    [SAMPLE_CONFIG, "retrain-epochs", training],
    [TRAINING_CONFIG, "epochs", training],
  ] as const)("asks for no fewer epochs than are begun (%#)", (config, setting, at) => {
    expect(() => changeConfig(config, `${setting}=2`, at(2, 1))).toThrow(
      expect.objectContaining({
        message: `--with: got ${setting}=2, expected at least 3: so many epochs are done or begun`,
      }),
    );
    expect(() => changeConfig(config, `${setting}=2`, at(2, 0))).not.toThrow();
    expect(() => changeConfig(config, `${setting}=3`, at(2, 1))).not.toThrow();
  });

  it("of a search that has settled comes too late, as after its end", () => {
    const settled = (settledAt: number | null): RunState => {
      const { search } = searching(3, 0) as Extract<RunState, { readonly phase: "search" }>;
      return { phase: "search", strategy: "two-stage", search, settling: { stillEpochs: 2, settledAt } };
    };
    expect(changeConfig(SAMPLE_CONFIG, "epochs=9", settled(null)).changes).toHaveLength(1);
    expect(() => changeConfig(SAMPLE_CONFIG, "epochs=9", settled(3))).toThrow(
      /got epochs=9, but the search .* is over/,
    );
    expect(changeConfig(SAMPLE_CONFIG, "retrain-epochs=9", settled(3)).config.training.epochs).toBe(9);
  });

  it("of the training says nothing about how far the search is", () => {
    expect(changeConfig(SAMPLE_CONFIG, "retrain-epochs=1", searching(2, 1)).config.training.epochs).toBe(1);
  });

  it("of a one-stage search goes by its own names", () => {
    const text = "max-search-epochs=9,learning-rate=0.5,architecture-rate=0.125,retrain-rate=0.25";
    const { config, changes } = changeConfig(ONE_STAGE_CONFIG, text, searching(1, 0));
    const architecture = { ...ONE_STAGE_OPTIONS.architecture, learningRate: 0.125 };
    expect(config.strategy!.options).toEqual({ ...ONE_STAGE_OPTIONS, maxEpochs: 9, learningRate: 0.5, architecture });
    expect(config.training.learningRate).toBe(0.25);
    expect(changes).toHaveLength(4);
    expect(() => changeConfig(ONE_STAGE_CONFIG, "max-search-epochs=2", searching(2, 1))).toThrow(/at least 3/);
    expect(() => changeConfig(ONE_STAGE_CONFIG, "max-search-epochs=9", training(0, 1))).toThrow(/search .* is over/);
  });

  it("leaves everything else as it is", () => {
    const text = "max-loss=50,checkpoint-minutes=1,checkpoints-kept=2,time=2h";
    const { config } = changeConfig(SAMPLE_CONFIG, text, null);
    const checkpoints = { minutes: 1, kept: 2 };
    expect(config).toEqual({ ...SAMPLE_CONFIG, maxLoss: 50, checkpoints, timeBudget: 7200 });
  });

  it.each([
    [TRAINING_CONFIG, "time=2h"],
    [TRAINING_CONFIG, "retrain-epochs=3"],
    [TRAINING_CONFIG, "max-search-epochs=3"],
    [SAMPLE_CONFIG, "max-search-epochs=3"],
    [ONE_STAGE_CONFIG, "epochs=3"],
    [SAMPLE_CONFIG, "batch=3"],
  ] as const)("has to be one that the run has (%#)", (config, text) => {
    const message = `--with: got "${text}", expected a setting that this run has and that can be changed`;
    expect(() => changeConfig(config, text, null)).toThrow(
      expect.objectContaining({ code: "E_USAGE_CHANGE", message, hint: expect.stringContaining("weight-decay") }),
    );
  });

  it("has a value, and one that its flag takes", () => {
    expect(() => changeConfig(SAMPLE_CONFIG, "epochs", null)).toThrow(/got "epochs", expected NAME=VALUE/);
    expect(() => changeConfig(SAMPLE_CONFIG, "epochs=half", null)).toThrow(/--epochs: got half, expected an integer/);
    expect(() => changeConfig(TRAINING_CONFIG, "epochs=0", null)).toThrow(/--epochs: got 0, expected an integer/);
  });
});
