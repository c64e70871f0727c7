import { describe, expect, it } from "vitest";
import { formatClassScores } from "../../src/cli/class-scores.ts";
import { formatConfusion } from "../../src/cli/confusion-text.ts";
import { type ClassScore, ConfusionMatrix, classScores } from "../../src/statistics/index.ts";

function measured(labels: readonly number[], predictions: readonly number[], names: readonly string[]) {
  const matrix = new ConfusionMatrix(labels, predictions, names.length);
  const mistakes = matrix.mistakes(10).map(({ label, prediction, images }) => {
    return { label: names[label]!, prediction: names[prediction]!, images };
  });
  return { classes: classScores(matrix, names), confusion: names.map((_, label) => matrix.row(label)), mistakes };
}

const textOf = (lines: ReturnType<typeof formatConfusion>) => lines.map((line) => line.join("").trimEnd());

describe("a confusion matrix in a terminal", () => {
  const names = ["ant", "bumblebee", "owl"];
  const labels = [...new Array<number>(12).fill(0), 1, 1];
  const result = measured(labels, [...new Array<number>(12).fill(0), 0, 1], names);

  it("has names across where there is room, else numbers, else says the commonest mistakes", () => {
    expect(textOf(formatConfusion(result, 100))).toEqual([
      "  is, down; taken for, across  ant  bumblebee  owl",
      "  ant                           12          0    0",
      "  bumblebee                      1          1    0",
      "  owl                            0          0    0",
    ]);
    expect(textOf(formatConfusion(result, 45))).toEqual([
      "  is, down; taken for, across   0  1  2",
      "  0 ant                        12  0  0",
      "  1 bumblebee                   1  1  0",
      "  2 owl                         0  0  0",
    ]);
    const mistakes = ["the commonest mistakes:", "  bumblebee taken for ant: 1 image"];
    expect(textOf(formatConfusion(result, 30))).toEqual(mistakes);
    expect(textOf(formatConfusion({ ...result, confusion: null }, 100))).toEqual(mistakes);
  });

  it("says so if there is no mistake", () => {
    const right = measured(labels, labels, names);
    expect(textOf(formatConfusion(right, 20))).toEqual(["no image was taken for another class"]);
  });
});

it("classes in a terminal have dashes for what they do not have", () => {
  const rows: readonly ClassScore[] = measured([0, 0, 1], [0, 2, 0], ["ant", "bee", "cat", "dog"]).classes;
  expect(formatClassScores(rows).map((line) => line.join(""))).toEqual([
    "  class  recall    images     taken for it  precision  F1",
    "  ant     50.00 %  1 of 2                2   50.00 %    50.00 %",
    "  bee      0.00 %  0 of 1                0         -     0.00 %",
    "  cat           -  no images             1    0.00 %     0.00 %",
    "  dog           -  no images             0         -          -",
  ]);
});
