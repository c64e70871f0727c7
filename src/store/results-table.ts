/** @file `results.csv`: a row an epoch, for spreadsheets, plots and the page. */
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

/** Numbers of one epoch; a column that does not apply stays empty. Accuracies in 0..1. */
export type ResultsRow = { readonly phase: "search" | "retrain"; readonly epoch: number } & {
  readonly [column in Exclude<(typeof COLUMNS)[number], "phase" | "epoch">]?: number;
};

export class ResultsTable {
  readonly #folder: RunFolder;

  /** Starts the file with its header, or goes on with one that has it. */
  constructor(folder: RunFolder) {
    this.#folder = folder;
    if (folder.sizeOf(RESULTS_FILE) === 0) folder.append(RESULTS_FILE, `${COLUMNS.join(",")}\n`);
  }

  append(row: ResultsRow): void {
    this.#folder.append(RESULTS_FILE, `${COLUMNS.map((column) => row[column] ?? "").join(",")}\n`);
  }
}

/**
 * The rows of whole lines of a table, header and lines that are no rows left out. Columns that this version does not know are dropped; those
 * that the lines end before are missing, as in tables of older versions.
 */
export function parseResults(text: string): readonly ResultsRow[] {
  return text.split("\n").flatMap((line) => {
    const [phase, epoch, ...rest] = line.split(",");
    if ((phase !== "search" && phase !== "retrain") || epoch === undefined) return [];
    const row: Record<string, string | number> = { phase, epoch: Number(epoch) };
    for (const [index, field] of rest.entries()) {
      const column = COLUMNS[index + 2];
      const value = Number(field);
      if (column !== undefined && field !== "" && Number.isFinite(value)) row[column] = value;
    }
    return [row as unknown as ResultsRow];
  });
}
