/** @file Accuracy by class, as a table for people. */
import type { ClassAccuracy } from "../export/index.ts";
import { percent } from "../percent.ts";
import { formatTable } from "./table.ts";
import type { TextPart } from "./terminal.ts";

/** Lines as `Terminal.line` takes them, one a class; a class without images has no accuracy. */
export function formatClassAccuracy(classes: readonly ClassAccuracy[]): readonly (readonly TextPart[])[] {
  const width = String(Math.max(0, ...classes.map(({ images }) => images))).length;
  const rows = classes.map(({ name, correct, images }) =>
    images === 0
      ? [`  ${name}`, "none", "no images"]
      : [
          `  ${name}`,
          percent(correct / images).padStart("100.00 %".length),
          `${String(correct).padStart(width)} of ${images}`,
        ],
  );
  return formatTable(["  class", "accuracy", "images"], rows);
}
