/** @file A table for people: columns as wide as their widest cell, colours not counted. */
import { stripVTControlCharacters } from "node:util";

/** The lines of a table, its headings first. Every row has a cell for each heading. */
export function formatTable(headings: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const width = (text: string) => stripVTControlCharacters(text).length;
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => width(row[column]!))));
  const padded = (cell: string, column: number) => cell + " ".repeat(widths[column]! - width(cell));
  return all.map((row) => row.map(padded).join("  ").trimEnd());
}
