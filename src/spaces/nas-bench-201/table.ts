/** @file The published results of all 15,625 cells of NAS-Bench-201, as text: what a found cell is worth, without training it. */
import { IstaNasError } from "../../error.ts";
import { type Cell, formatCell } from "./cell.ts";

/** Of one cell: mean test accuracies in per cent after 200 epochs of training, over the runs that the benchmark holds. */
export interface Nb201Row {
  /** The benchmark's own number. */
  readonly index: number;
  /** The benchmark's own string. */
  readonly cell: string;
  readonly cifar10: number;
  readonly cifar100: number;
  readonly imagenet16: number;
  /** Of the network for CIFAR-10 (16 channels, 5 cells a stage), in millions. */
  readonly parametersM: number;
  /** Multiply-accumulates of an image, in millions; the benchmark counts the classifier's 10 biases, too. */
  readonly macsM: number;
}

const HEADER = "cell,cifar10,cifar100,imagenet16,parameters_m,macs_m";
const ROWS = 15_625;

export class Nb201Table {
  readonly rows: readonly Nb201Row[];
  readonly #byCell: ReadonlyMap<string, Nb201Row>;

  private constructor(rows: readonly Nb201Row[]) {
    this.rows = rows;
    this.#byCell = new Map(rows.map((row) => [row.cell, row]));
  }

  /**
   * Reads comma-separated values: a header, then all cells in the order of their numbers.
   * @throws E_TABLE if a cell is missing or a number is none
   */
  static parse(text: string): Nb201Table {
    const [header, ...lines] = text.trimEnd().split("\n");
    if (header !== HEADER) throw wrong(`header got ${JSON.stringify(header!.slice(0, 80))}`, JSON.stringify(HEADER));
    const table = new Nb201Table(lines.map(parseRow));
    if (table.#byCell.size !== ROWS) throw wrong(`got ${table.#byCell.size} different cells`, `all ${ROWS}`);
    return table;
  }

  /** What the benchmark says of a cell. */
  row(cell: Cell): Nb201Row {
    return this.#byCell.get(formatCell(cell))!;
  }
}

function parseRow(line: string, index: number): Nb201Row {
  const [cell, ...fields] = line.split(",");
  const numbers = fields.map(Number);
  if (numbers.length !== 5 || !numbers.every(Number.isFinite)) {
    throw wrong(`row ${index} got ${JSON.stringify(line.slice(0, 120))}`, "a cell and five numbers");
  }
  const [cifar10, cifar100, imagenet16, parametersM, macsM] = numbers as [number, number, number, number, number];
  return { index, cell: cell!, cifar10, cifar100, imagenet16, parametersM, macsM };
}

function wrong(what: string, expected: string): IstaNasError {
  return new IstaNasError(`table of nas-bench-201: ${what}, expected ${expected}`, { code: "E_TABLE" });
}
