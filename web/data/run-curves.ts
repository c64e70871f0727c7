/** @file The rows of `results.csv` as curves: search and training one after the other. */
import type { ResultsRow } from "../../src/store/index.ts";

export interface RunCurves {
  /** Epochs, those of training counted on from the search's. */
  readonly x: readonly number[];
  /** Where training begins, null if only one phase is there. */
  readonly boundary: number | null;
  column(name: Exclude<keyof ResultsRow, "phase" | "epoch">): readonly (number | null)[];
}

export function curvesOf(rows: readonly ResultsRow[]): RunCurves {
  const searchEpochs = rows.findLast(({ phase }) => phase === "search")?.epoch ?? 0;
  const hasBoth = searchEpochs > 0 && rows.at(-1)?.phase === "retrain";
  return {
    x: rows.map(({ phase, epoch }) => (phase === "search" ? epoch : searchEpochs + epoch)),
    boundary: hasBoth ? searchEpochs + 0.5 : null,
    column: (name) => rows.map((row) => row[name] ?? null),
  };
}
