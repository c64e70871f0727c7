/** @file How well each class is recognised, as a table for people. */
import { percent } from "../percent.ts";
import type { ClassScore } from "../statistics/index.ts";
import { formatTable } from "./table.ts";
import type { TextPart } from "./terminal.ts";

const HEADINGS = ["  class", "recall", "images", "taken for it", "precision", "F1"];
const SHARE_WIDTH = "100.00 %".length;

/** Lines as `Terminal.line` takes them, one a class; what a class does not have, as recall without images, is a dash. */
export function formatClassScores(classes: readonly ClassScore[]): readonly (readonly TextPart[])[] {
  const width = String(Math.max(0, ...classes.map(({ images }) => images))).length;
  const rows = classes.map(({ name, correct, images, predicted, precision, recall, f1 }) => [
    `  ${name}`,
    share(recall),
    images === 0 ? "no images" : `${String(correct).padStart(width)} of ${images}`,
    String(predicted).padStart(HEADINGS[3]!.length),
    share(precision),
    share(f1),
  ]);
  return formatTable(HEADINGS, rows);
}

function share(value: number | null): string {
  return (value === null ? "-" : percent(value)).padStart(SHARE_WIDTH);
}
