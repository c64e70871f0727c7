/** @file Published results of the cells of NAS-Bench-201, as text: what a found cell is worth, without training it. */
import { countOf } from "../../count-of.ts";
import { IstaNasError } from "../../error.ts";
import { quoted } from "../architecture-text.ts";
import { type Cell, formatCell, parseCell } from "./cell.ts";

/** Of one cell: mean test accuracies in per cent after 200 epochs of training, over the runs that the benchmark holds. */
export interface Nb201Row {
  /** The benchmark's own number; the place in the file, from 0, if that has no column of numbers. */
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

/** Of the benchmark. */
export const CELL_COUNT = 15_625;

interface Column {
  /** What its heading may be. */
  readonly names: readonly string[];
  readonly max: number;
}

const PER_CENT = 100;
const COLUMNS: Readonly<Record<Exclude<keyof Nb201Row, "index" | "cell">, Column>> = {
  cifar10: { names: ["cifar10", "cifar10_test_200"], max: PER_CENT },
  cifar100: { names: ["cifar100", "cifar100_test_200"], max: PER_CENT },
  imagenet16: { names: ["imagenet16", "imagenet16_test_200"], max: PER_CENT },
  parametersM: { names: ["parameters_m", "params_m"], max: Infinity },
  macsM: { names: ["macs_m", "flops_m"], max: Infinity },
};
const CELL_NAMES = ["cell", "arch"];

export class Nb201Table {
  readonly rows: readonly Nb201Row[];
  readonly #byCell: ReadonlyMap<string, Nb201Row>;

  private constructor(rows: ReadonlyMap<string, Nb201Row>) {
    this.rows = [...rows.values()];
    this.#byCell = rows;
  }

  /**
   * Reads comma-separated values without quotes: a header, then a line for each of some or all cells. The columns are those of
   * `data/nas-bench-201/cells.csv.gz`, or `arch`, `cifar10_test_200`, `cifar100_test_200`, `imagenet16_test_200`, `params_m` and `flops_m`, in any order;
   * `index` may be there, and others are passed over.
   * @throws E_TABLE with line and column if one of those is missing or twice there, a cell is none or twice there, or a number is none
   */
  static parse(text: string): Nb201Table {
    const [header, ...lines] = text
      .replace(/^\ufeff/, "")
      .trimEnd()
      .split(/\r?\n/);
    const readRow = rowReader(header!.split(","));
    const rows = new Map<string, Nb201Row>();
    for (const [index, line] of lines.entries()) {
      const row = readRow(line.split(","), index);
      if (rows.has(row.cell)) throw wrong(`line ${index + 2} got the cell ${row.cell} again`, "every cell once");
      rows.set(row.cell, row);
    }
    if (rows.size === 0) throw wrong("got a header alone", "a line for each cell");
    return new Nb201Table(rows);
  }

  /** What the benchmark says of a cell. @throws E_TABLE_CELL if this table lacks it; the published one lacks none */
  row(cell: Cell): Nb201Row {
    const row = this.find(cell);
    if (row !== null) return row;
    throw new IstaNasError(`table of nas-bench-201: got no row for ${formatCell(cell)}, expected one`, {
      code: "E_TABLE_CELL",
      kind: "usage",
      hint: `it holds ${this.rows.length} of ${CELL_COUNT} cells: take a table that has this one, such as the published one`,
    });
  }

  /** As `row`, null for a cell that this table lacks. */
  find(cell: Cell): Nb201Row | null {
    return this.#byCell.get(formatCell(cell)) ?? null;
  }
}

/** Reads the fields of the line `index` below the header, whose names are `header`. */
function rowReader(header: readonly string[]): (fields: readonly string[], index: number) => Nb201Row {
  const cellColumn = findColumn(header, CELL_NAMES);
  const columns = Object.entries(COLUMNS).map(([key, column]) => ({
    ...{ key, max: column.max, place: findColumn(header, column.names) },
  }));
  const indexColumn = header.includes("index") ? findColumn(header, ["index"]) : null;
  return (fields, index) => {
    const line = index + 2;
    if (fields.length !== header.length) {
      throw wrong(`line ${line} got ${countOf(fields.length, "field")}`, `${header.length} as in the header`);
    }
    const at = (place: number) => `line ${line}, column ${header[place]!}`;
    const numbers = columns.map(({ key, max, place }) => [key, readNumber(fields[place]!, max, at(place))]);
    const number = indexColumn === null ? index : readIndex(fields[indexColumn]!, at(indexColumn));
    const cell = readCell(fields[cellColumn]!, at(cellColumn));
    return { index: number, cell, ...(Object.fromEntries(numbers) as Omit<Nb201Row, "index" | "cell">) };
  };
}

function findColumn(header: readonly string[], names: readonly string[]): number {
  const places = header.flatMap((name, place) => (names.includes(name) ? [place] : []));
  if (places.length === 1) return places[0]!;
  if (places.length === 0) throw wrong(`line 1 got ${quoted(header.join(","))}`, `a column ${names.join(" or ")}`);
  throw wrong(`line 1 got columns ${places.map((place) => header[place]!).join(" and ")}`, "one of them");
}

function readNumber(field: string, max: number, where: string): number {
  const value = Number(field);
  if (field.trim() !== "" && Number.isFinite(value) && value >= 0 && value <= max) return value;
  throw wrong(
    `${where}: got ${quoted(field)}`,
    max === Infinity ? "a number of at least 0" : `a number from 0 to ${max}`,
  );
}

function readIndex(field: string, where: string): number {
  const value = Number(field);
  if (field.trim() !== "" && Number.isInteger(value) && value >= 0 && value < CELL_COUNT) return value;
  throw wrong(`${where}: got ${quoted(field)}`, `an integer from 0 to ${CELL_COUNT - 1}`);
}

function readCell(field: string, where: string): string {
  try {
    return formatCell(parseCell(field));
  } catch (error) {
    if (!(error instanceof IstaNasError)) throw error;
    throw wrongTable(`${where}: ${error.message}`);
  }
}

function wrong(what: string, expected: string): IstaNasError {
  return wrongTable(`${what}, expected ${expected}`);
}

function wrongTable(what: string): IstaNasError {
  const columns = [CELL_NAMES, ...Object.values(COLUMNS).map(({ names }) => names)].map((names) => names.at(-1)!);
  return new IstaNasError(`table of nas-bench-201: ${what}`, {
    code: "E_TABLE",
    kind: "usage",
    hint: `a table is comma-separated text with the columns ${columns.join(", ")}; accuracies are in per cent`,
  });
}
