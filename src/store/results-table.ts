/** @file `results.csv`: a row an epoch, for spreadsheets, plots and the page. */
import { BOUNDS } from "../bounds.ts";
import type { RunFolder } from "./run-folder.ts";

/** The table's name in a run folder. */
export const RESULTS_FILE = "results.csv";

const COLUMNS = [
  "phase",
  "epoch",
  "learning_rate",
  "loss",
  "accuracy",
  "gradient_norm",
  "architecture_loss",
  "architecture_accuracy",
  "changed_nodes",
  "seconds",
  "stall_seconds",
  "frozen_nodes",
] as const;
const MOST_COLUMNS = COLUMNS.length + BOUNDS.tasks;

/** Of the other tasks of a network, as `accuracy` is of the first: `accuracy_2` and so on, at the end of the lines. */
type TaskColumn = `accuracy_${number}`;

/** Numbers of one epoch; a column that does not apply stays empty. Accuracies in 0..1. */
export type ResultsRow = { readonly phase: "search" | "retrain"; readonly epoch: number } & {
  readonly [column in Exclude<(typeof COLUMNS)[number], "phase" | "epoch">]?: number;
} & { readonly [column: TaskColumn]: number };

/** The column of the other task at `index`. */
export function taskColumn(index: number): TaskColumn {
  return `accuracy_${index + 2}`;
}

export class ResultsTable {
  readonly #folder: RunFolder;
  readonly #columns: readonly (keyof ResultsRow)[];

  /** Starts the file with its header, or goes on with one that has it. `otherTasks`: how many the network has. */
  constructor(folder: RunFolder, otherTasks = 0) {
    this.#folder = folder;
    this.#columns = [...COLUMNS, ...Array.from({ length: otherTasks }, (_, index) => taskColumn(index))];
    if (folder.sizeOf(RESULTS_FILE) === 0) folder.append(RESULTS_FILE, `${this.#columns.join(",")}\n`);
  }

  append(row: ResultsRow): void {
    this.#folder.append(RESULTS_FILE, `${this.#columns.map((column) => row[column] ?? "").join(",")}\n`);
  }
}

/**
 * The rows of whole lines of a table, header and lines that are no rows left out. Columns beyond those of all runs are of other tasks; those that the lines
 * end before are missing, as in tables of older versions.
 */
export function parseResults(text: string): readonly ResultsRow[] {
  return text.split("\n").flatMap((line) => {
    const [phase, epoch, ...rest] = line.split(",");
    if ((phase !== "search" && phase !== "retrain") || epoch === undefined) return [];
    const row: Record<string, string | number> = { phase, epoch: Number(epoch) };
    for (const [index, field] of rest.entries()) {
      const place = index + 2;
      const column = COLUMNS[place] ?? (place < MOST_COLUMNS ? taskColumn(place - COLUMNS.length) : undefined);
      const value = Number(field);
      if (column !== undefined && field !== "" && Number.isFinite(value)) row[column] = value;
    }
    return [row as unknown as ResultsRow];
  });
}
