/** @file The accuracies of a run's epochs, for the table of runs: of `results.csv` only what was added is read. */
import { parseResults } from "../store/index.ts";
import { readLines } from "./line-reader.ts";
import { spread } from "./spread.ts";

const CHUNK_BYTES = 1 << 16;
/** Pieces that one look reads: a long table is caught up with little by little. */
const PIECES = 16;

export class AccuracyTrace {
  readonly #path: string;
  #accuracies: number[] = [];
  #position = 0;

  /** `path`: of the table. */
  constructor(path: string) {
    this.#path = path;
  }

  /** Takes in what was added; begins again if the table was cut. Returns whether there is more. */
  advance(): boolean {
    for (let piece = 0; piece < PIECES; piece++) {
      const lines = readLines(this.#path, this.#position, CHUNK_BYTES);
      if (lines === null) this.#accuracies = [];
      for (const { accuracy } of parseResults(lines?.bytes.toString() ?? "")) {
        if (accuracy !== undefined) this.#accuracies.push(Math.round(1e4 * accuracy) / 1e4);
      }
      this.#position = lines?.next ?? 0;
      if (lines?.hasMore === false) return false;
    }
    return true;
  }

  /** At most `limit` of them, evenly spread. */
  points(limit: number): readonly number[] {
    return spread(this.#accuracies.length, limit).map((index) => this.#accuracies[index]!);
  }
}
