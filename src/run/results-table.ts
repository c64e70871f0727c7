/** @file `results.csv`: a row an epoch, for spreadsheets and plots. */
import { appendFileSync, writeFileSync } from "node:fs";

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
  readonly #path: string;

  /** Starts the file with its header. */
  constructor(path: string) {
    this.#path = path;
    writeFileSync(path, `${COLUMNS.join(",")}\n`);
  }

  append(row: ResultsRow): void {
    appendFileSync(this.#path, `${COLUMNS.map((column) => row[column] ?? "").join(",")}\n`);
  }
}
