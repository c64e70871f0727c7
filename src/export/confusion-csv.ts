/** @file A confusion matrix as comma-separated values (RFC 4180): classes as names, what images are down, what they were taken for across. */
import type { ConfusionMatrix } from "../statistics/index.ts";

const QUOTED = /[",\r\n]/;

/** A header and a line a class, in the order of the outputs. */
export function formatConfusionCsv(matrix: ConfusionMatrix, classNames: readonly string[]): string {
  const names = classNames.map((name) => (QUOTED.test(name) ? `"${name.replaceAll('"', '""')}"` : name));
  const lines = names.map((name, label) => `${name},${matrix.row(label).join(",")}\n`);
  return `class,${names.join(",")}\n${lines.join("")}`;
}
