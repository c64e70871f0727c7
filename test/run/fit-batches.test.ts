import { describe, expect, it } from "vitest";
import { defaultBatches, fitBatches as fitted } from "../../src/run/fit-batches.ts";
import { withPreset, withTrainPreset } from "../../src/run/presets.ts";
import type { RunInputs } from "../../src/run/run-inputs.ts";
import type { RunOptions } from "../../src/run/run-options.ts";
import { SPACES } from "../../src/spaces/index.ts";
import { STRATEGIES } from "../../src/strategies/index.ts";
import { captureHost } from "../captured-host.ts";

let captured = captureHost();

/** `fitBatches` of a run on `count` training images. */
function fitBatches(count: number, given: RunOptions, kind: "two-stage" | "one-stage" | null): RunOptions {
  captured = captureHost();
  const part = SPACES[0]!;
  const strategy = STRATEGIES.find((one) => one.kind === kind) ?? null;
  const data = { train: { count } } as RunInputs["data"];
  const options =
    strategy === null ? withTrainPreset(given, "photos", part) : withPreset(given, "photos", part, strategy);
  const space = { part, options: part.options(options) };
  return fitted({ options, given, data, space, host: captured.host, startedAt: 0 }, strategy);
}

describe("batches of a run on few images", () => {
  it("become smaller where none was given, and that is said", () => {
    expect(fitBatches(32, {}, "two-stage")).toEqual({ batch: 16, retrainBatch: 32 });
    expect(captured.notes()).toBe(
      "batch: the search takes 16 images a step, not 64: each half of the training images has 16\n" +
        "batch: the training takes 32 images a step, not 64: the data have 32 training images\n",
    );
    expect(fitBatches(18, {}, "two-stage")).toEqual({ batch: 8, retrainBatch: 16 });
    expect(fitBatches(2, {}, "two-stage")).toEqual({ batch: 1, retrainBatch: 2 });
    expect(fitBatches(40, {}, "one-stage")).toEqual({ batch: 32 });
    expect(fitBatches(40, {}, null)).toEqual({ batch: 32 });
    expect(defaultBatches(32)).toEqual({ search: 16, training: 32 });
    expect(defaultBatches(100, 10)).toEqual({ search: 8, training: 64 });
  });

  it("stay as they are where they fit, without a word", () => {
    expect(fitBatches(128, {}, "two-stage")).toEqual({ batch: 64, retrainBatch: 64 });
    expect(fitBatches(32, { batch: 16 }, "two-stage")).toEqual({ batch: 16, retrainBatch: 16 });
    expect(captured.notes()).toBe("");
  });

  it("of a preset take its rate down with them", () => {
    const fitted = fitBatches(90, { preset: "cifar10" }, "two-stage");
    expect(fitted).toMatchObject({ batch: 32, learningRate: 0.0125, retrainBatch: 64, retrainRate: (0.025 * 64) / 96 });
    const given = fitBatches(90, { preset: "cifar10", learningRate: 0.2 }, "two-stage");
    expect(given).toMatchObject({ batch: 32, learningRate: 0.2 });
  });

  it.each([
    [{ batch: 64 }, "two-stage", "--batch: got 64, expected at most 16: each half of the training images has 16"],
    [
      { retrainBatch: 40 },
      "two-stage",
      "--retrain-batch: got 40, expected at most 33: the data have 33 training images",
    ],
    [{ batch: 34 }, null, "--batch: got 34, expected at most 33: the data have 33 training images"],
    [{ batch: 34 }, "one-stage", "--batch: got 34, expected at most 33: the data have 33 training images"],
  ] as const)("that were given and do not fit are refused with the largest that does: %j", (given, kind, message) => {
    const largest = message.replace(/.*at most (\d+).*/, "$1");
    expect(() => fitBatches(33, given, kind)).toThrow(
      expect.objectContaining({
        code: "E_BATCH_TOO_LARGE",
        kind: "usage",
        message,
        hint: expect.stringContaining(largest),
      }),
    );
  });
});
