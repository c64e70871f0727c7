import { describe, expect, it } from "vitest";
import { failedRow, RANK_COLUMNS, rankRows, rankViews } from "../../../src/cli/study/rank-table.ts";
import type { PathScores } from "../../../src/run/index.ts";

const RUN = { strategy: "measured", run: "study/measured" };
const SETTINGS = { images: 10, batch: 5, recalibrationBatches: 10 };

/** Scores of which the log-losses are given, and accuracies all alike. */
function scores(logLosses: readonly (number | null)[]): readonly PathScores[] {
  return logLosses.map((logLoss) => {
    const score = { logLoss, accuracy: 0.5 };
    return { running: score, recalibrated: score, batch: { logLoss: 1, accuracy: -(logLoss ?? 99) } };
  });
}

const truth = (accuracies: readonly (number | null)[], onSecondHalf = accuracies) => [
  { name: "alone", accuracies, onSecondHalf },
];

describe("rankRows", () => {
  const ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

  it("agrees where the loss is the smaller the better the architecture, and by accuracy where it is the larger", () => {
    const scored = { settings: { ...SETTINGS, part: "validation" as const }, scores: scores(ten) };
    const rows = rankRows(RUN, scored, truth(ten.map((worth) => 1 - worth / 20)), 1);
    expect(rows.map(({ statistics, score, tau }) => [statistics, score, tau])).toEqual([
      ["running", "logLoss", 1],
      ["running", "accuracy", null],
      ["recalibrated", "logLoss", 1],
      ["recalibrated", "accuracy", null],
      ["batch", "logLoss", null],
      ["batch", "accuracy", 1],
    ]);
    expect(rows[0]).toMatchObject({ ...RUN, truth: "alone", architectures: 10, tauLow: 1, tauHigh: 1, rho: 1 });
    expect(rows[0]).toMatchObject({ bestArchitectures: 2, bestTau: 1, bestRho: 1, failure: null });
    expect(Object.keys(rows[0]!).sort()).toEqual([...RANK_COLUMNS].sort());
  });

  it("takes the worst score for a loss that is not finite, and leaves out what has no worth", () => {
    const scored = { settings: { ...SETTINGS, part: "validation" as const }, scores: scores([null, 3, 2, 1, 0]) };
    const [row] = rankRows(RUN, scored, truth([0.1, 0.2, 0.3, 0.4, null]), 1);
    expect(row).toMatchObject({ architectures: 4, tau: 1, rho: 1, bestArchitectures: 1, bestTau: null });
  });

  it("compares with the second half of the test images where the first half scores", () => {
    const both = truth([0.1, 0.2, 0.3], [0.3, 0.2, 0.1]);
    const tauOn = (part: "validation" | "test") =>
      rankRows(RUN, { settings: { ...SETTINGS, part }, scores: scores([3, 2, 1]) }, both, 1)[0]!.tau;
    expect(tauOn("validation")).toBe(1);
    expect(tauOn("test")).toBe(-1);
  });

  it("counts architectures that are tied with the last of the best fifth among the best", () => {
    const scored = { settings: { ...SETTINGS, part: "validation" as const }, scores: scores(ten) };
    const [row] = rankRows(RUN, scored, truth([9, 8, 8, 8, 1, 1, 1, 1, 1, 1]), 1);
    expect(row!.bestArchitectures).toBe(4);
  });
});

it("a search that diverged is a row that says so and is empty but for that", () => {
  const row = failedRow("two-stage", "study/two-stage", "search, epoch 1");
  expect(Object.keys(row).sort()).toEqual([...RANK_COLUMNS].sort());
  expect(row).toMatchObject({ strategy: "two-stage", tau: null, statistics: null, failure: "search, epoch 1" });
  const [view] = rankViews([row], undefined);
  expect(view!.rows[0]!.slice(0, 2)).toEqual(["two-stage", "failed: search, epoch 1"]);
});
