/** @file `ista-nas runs`: a table of all runs in a folder. */
import { countOf } from "../../count-of.ts";
import { formatDuration } from "../../duration.ts";
import { percent } from "../../percent.ts";
import { listRuns, type RunCondition, type RunOverview } from "../../store/index.ts";
import type { CommandInputs } from "../command.ts";
import { formatTable } from "../table.ts";
import type { Colour, Terminal, TextPart } from "../terminal.ts";

const HEADINGS = ["run", "state", "strategy", "data", "seed", "progress", "accuracy", "parameters", "changed"];

export async function runs({ positional, terminal }: CommandInputs): Promise<void> {
  const path = positional[0] ?? "runs";
  const list = listRuns(path);
  terminal.result(list);
  if (list.runs.length === 0) terminal.line(`no runs in ${path}: ista-nas search makes one`);
  else showTable(list.runs, terminal);
  const others = list.otherFolders;
  if (others > 0) terminal.line(countOf(others, "other folder is not a run", "other folders are not runs"));
}

function showTable(all: readonly RunOverview[], terminal: Terminal): void {
  const now = Date.now();
  const rows = all.map((run) => cells(run, now));
  for (const line of formatTable(HEADINGS, rows)) terminal.line(...line);
  for (const { name, reason } of all) if (reason !== null) terminal.line(`${name}: ${reason}`);
}

const COLOURS: Readonly<Record<RunCondition, Colour>> = {
  running: "cyan",
  finished: "green",
  interrupted: "yellow",
  failed: "red",
  unreadable: "red",
};

function cells(run: RunOverview, now: number): readonly TextPart[] {
  const { name, condition, strategy, data, seed, progress, accuracy, parameters, changedAt } = run;
  const figures = [accuracy === null ? "" : percent(accuracy), parameters === null ? "" : String(parameters)];
  const age = `${formatDuration(Math.max(0, (now - changedAt) / 1000))} ago`;
  return [
    name,
    { text: condition, colour: COLOURS[condition] },
    strategy ?? "",
    data ?? "",
    String(seed ?? ""),
    progress ?? "",
    ...figures,
    age,
  ];
}
