import { describe, expect, it } from "vitest";
import type { FlagValues } from "../../src/cli/flags.ts";
import { defaultBatches, fitBatches } from "../../src/cli/jobs/fit-batches.ts";
import type { RunInputs } from "../../src/cli/jobs/run-inputs.ts";
import { withPreset } from "../../src/cli/presets.ts";
import { captureTerminal } from "../captured-terminal.ts";

let captured = captureTerminal();

function inputs(count: number, typed: FlagValues): RunInputs {
  captured = captureTerminal();
  const { terminal } = captured;
  const data = { train: { count } } as RunInputs["data"];
  return { flags: withPreset(typed, "photos"), typed, data, threads: 1, terminal, startedAt: 0 };
}

describe("batches of a run on few images", () => {
  it("become smaller where none was typed, and that is said", () => {
    expect(fitBatches(inputs(32, {}), "two-stage")).toEqual({ batch: 16, retrainBatch: 32 });
    expect(captured.printed()).toBe(
      "batch: the search takes 16 images a step, not 64: each half of the training images has 16\n" +
        "batch: the training takes 32 images a step, not 64: the data have 32 training images\n",
    );
    expect(fitBatches(inputs(18, {}), "two-stage")).toEqual({ batch: 8, retrainBatch: 16 });
    expect(fitBatches(inputs(2, {}), "two-stage")).toEqual({ batch: 1, retrainBatch: 2 });
    expect(fitBatches(inputs(40, {}), "one-network")).toEqual({ batch: 32 });
    expect(defaultBatches(32)).toEqual({ search: 16, training: 32 });
  });

  it("stay as they are where they fit, without a word", () => {
    expect(fitBatches(inputs(128, {}), "two-stage")).toEqual({ batch: 64, retrainBatch: 64 });
    expect(fitBatches(inputs(32, { batch: 16 }), "two-stage")).toEqual({ batch: 16, retrainBatch: 16 });
    expect(captured.printed()).toBe("");
  });

  it("of a preset take its rate down with them", () => {
    const fitted = fitBatches(inputs(90, { preset: "cifar10" }), "two-stage");
    expect(fitted).toMatchObject({ batch: 32, learningRate: 0.0125, retrainBatch: 64, retrainRate: (0.025 * 64) / 96 });
    const typed = fitBatches(inputs(90, { preset: "cifar10", learningRate: 0.2 }), "two-stage");
    expect(typed).toMatchObject({ batch: 32, learningRate: 0.2 });
  });

  it.each([
    [{ batch: 64 }, "two-stage", "--batch: got 64, expected at most 16: each half of the training images has 16"],
    [
      { retrainBatch: 40 },
      "two-stage",
      "--retrain-batch: got 40, expected at most 33: the data have 33 training images",
    ],
    [{ batch: 34 }, "one-network", "--batch: got 34, expected at most 33: the data have 33 training images"],
  ] as const)("that were typed and do not fit are refused with the largest that does: %j", (typed, kind, message) => {
    const largest = message.replace(/.*at most (\d+).*/, "$1");
    expect(() => fitBatches(inputs(33, typed), kind)).toThrow(
      expect.objectContaining({
        code: "E_BATCH_TOO_LARGE",
        kind: "usage",
        message,
        hint: expect.stringContaining(largest),
      }),
    );
  });
});
