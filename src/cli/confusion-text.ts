/** @file A confusion matrix in a terminal: as a table where it fits, else the commonest mistakes. */
import { countOf } from "../count-of.ts";
import { printableText } from "../files/index.ts";
import type { Evaluation } from "../run/index.ts";
import { formatTable } from "./table.ts";
import type { TextPart } from "./terminal.ts";

type Lines = readonly (readonly TextPart[])[];
type Rows = readonly (readonly number[])[];

const MOST_CLASSES = 20;
const CORNER = "  is, down; taken for, across";

/** Lines as `Terminal.line` takes them. Columns have names where `width` has room for them, else the numbers of the classes. */
export function formatConfusion(
  { classes, confusion, mistakes }: Pick<Evaluation, "classes" | "confusion" | "mistakes">,
  width: number,
): Lines {
  const names = classes.map(({ name }) => name);
  if (confusion !== null && names.length <= MOST_CLASSES) {
    const named = tableOf(confusion, names, names);
    if (widthOf(named) <= width) return named;
    const numbers = names.map((_, index) => String(index));
    const numbered = tableOf(
      confusion,
      names.map((name, index) => `${index} ${name}`),
      numbers,
    );
    if (widthOf(numbered) <= width) return numbered;
  }
  if (mistakes.length === 0) return [["no image was taken for another class"]];
  return [
    ["the commonest mistakes:"],
    ...mistakes.map(({ label, prediction, images }) => [
      `  ${label} taken for ${prediction}: ${countOf(images, "image")}`,
    ]),
  ];
}

function tableOf(confusion: Rows, rowNames: readonly string[], columnNames: readonly string[]): Lines {
  const rows = rowNames.map((name, label) => [`  ${name}`, ...confusion[label]!.map(String)]);
  const all = [[CORNER, ...columnNames], ...rows];
  const widths = columnNames.map((_, column) => Math.max(...all.map((row) => shownLength(row[column + 1]!))));
  const [headings, ...lines] = all.map(([first, ...cells]) => {
    return [first!, ...cells.map((cell, column) => " ".repeat(widths[column]! - shownLength(cell)) + cell)];
  });
  return formatTable(headings!, lines);
}

function widthOf(lines: Lines): number {
  return Math.max(...lines.map((line) => line.reduce((sum, part) => sum + shownLength(part), 0)));
}

function shownLength(part: TextPart): number {
  return printableText(typeof part === "string" ? part : part.text).length;
}
