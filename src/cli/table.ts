/** @file A table for people: columns as wide as their widest cell, colours not counted. */
import { printableText } from "../files/index.ts";
import type { TextPart } from "./terminal.ts";

/** The lines of a table, its headings first, each as `Terminal.line` takes it. Every row has a cell for each heading. */
export function formatTable(
  headings: readonly string[],
  rows: readonly (readonly TextPart[])[],
): readonly (readonly TextPart[])[] {
  const width = (cell: TextPart) => printableText(typeof cell === "string" ? cell : cell.text).length;
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => width(row[column]!))));
  return all.map((row) => {
    const last = row.findLastIndex((cell) => width(cell) > 0);
    return row
      .slice(0, last + 1)
      .flatMap((cell, column) => (column === last ? [cell] : [cell, " ".repeat(widths[column]! - width(cell) + 2)]));
  });
}
