/** @file Two reports side by side: per figure old, new and new / old, with changes of more than 5 % marked. */
import type { Report } from "./report.ts";
import { both, ratio } from "./samples.ts";
import { markdownTable } from "./table.ts";

const NOTABLE = 0.05;

/** The figures that both reports have, then by name those that only one has, as far as their names contain `wanted`. */
export function compareReports(old: Report, now: Report, wanted: string): string {
  const shared = Object.keys(now.figures).filter((name) => Object.hasOwn(old.figures, name));
  const rows = shared.map((name) => {
    const [before, after] = [old.figures[name]!, now.figures[name]!];
    const change = ratio(after, before);
    return [name, both(before), both(after), marked(change.min), marked(change.median)];
  });
  const lines = [
    `old: ${origin(old)}`,
    `new: ${origin(now)}`,
    markdownTable(["ms, min / median", "old", "new", "new / old by min", "by median"], rows),
  ];
  if (old.node !== now.node || old.cpu !== now.cpu || old.threads !== now.threads) {
    lines.push("node, processor or threads differ: the ratios say little about the code");
  }
  const missing = (from: Report, other: Report) =>
    Object.keys(from.figures).filter((name) => name.includes(wanted) && !Object.hasOwn(other.figures, name));
  for (const [which, names] of [
    ["old", missing(old, now)],
    ["new", missing(now, old)],
  ] as const) {
    if (names.length > 0) lines.push(`only in ${which}: ${names.join(", ")}`);
  }
  return lines.join("\n");
}

function origin({ commit, node, cpu, threads, date }: Report): string {
  return `commit ${commit ?? "unknown"}, node ${node}, ${threads} threads, ${cpu}, ${date}`;
}

function marked(change: number): string {
  const mark = change > 1 + NOTABLE ? "slower" : change < 1 - NOTABLE ? "faster" : "";
  return `${change.toFixed(3)} ${mark.padEnd(6)}`;
}
