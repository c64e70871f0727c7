/** @file `ista-nas runs`: a table of all runs in a folder. */
import { stripVTControlCharacters } from "node:util";
import { listRuns, type RunCondition, type RunOverview } from "../../run/index.ts";
import type { CommandInputs } from "../command.ts";
import { formatDuration } from "../duration.ts";
import { percent } from "../jobs/run-recorder.ts";
import type { Terminal } from "../terminal.ts";

const HEADINGS = ["run", "state", "strategy", "data", "seed", "progress", "accuracy", "parameters", "changed"];

export async function runs({ positional, terminal }: CommandInputs): Promise<void> {
  const path = positional[0] ?? "runs";
  const all = listRuns(path);
  terminal.result(all);
  if (all.length === 0) {
    terminal.line(`no runs in ${path}: ista-nas search makes one`);
    return;
  }
  const now = Date.now();
  for (const line of table([HEADINGS, ...all.map((run) => cells(run, now, terminal))])) terminal.line(line);
  for (const { name, reason } of all) if (reason !== null) terminal.line(`${name}: ${reason}`);
}

function cells(run: RunOverview, now: number, terminal: Terminal): readonly string[] {
  const { name, condition, strategy, data, seed, progress, accuracy, parameters, changedAt } = run;
  const colours = terminal.colours;
  const paint: Readonly<Record<RunCondition, (text: string) => string>> = {
    running: colours.cyan,
    finished: colours.green,
    interrupted: colours.yellow,
    failed: colours.red,
    unreadable: colours.red,
  };
  const figures = [accuracy === null ? "" : percent(accuracy), parameters === null ? "" : String(parameters)];
  const age = `${formatDuration(Math.max(0, (now - changedAt) / 1000))} ago`;
  return [
    name,
    paint[condition](condition),
    strategy ?? "",
    data ?? "",
    String(seed ?? ""),
    progress ?? "",
    ...figures,
    age,
  ];
}

/** Columns as wide as their widest cell. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const width = (text: string) => stripVTControlCharacters(text).length;
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => width(row[column]!))));
  return rows.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat(widths[column]! - width(cell)))
      .join("  ")
      .trimEnd(),
  );
}
