/** @file Both cells of a genotype as lines of plain text, one equation per node, for terminals and for screen readers. */
import {
  CELL_INPUT_COUNT,
  type CellGenotype,
  type Genotype,
  PRIMITIVES,
  type PrimitiveFamily,
  primitiveFamily,
} from "../space/index.ts";

/** Weights that batch norm absorbed: of each cell one for each entry of its genotype, in order. */
export interface CellWeights {
  readonly normal: ArrayLike<number>;
  readonly reduce: ArrayLike<number>;
}

export interface CellTextOptions {
  /** Columns of the terminal. The cells stand side by side where both fit. Default: 80. */
  readonly width?: number;
  /** Whether to colour primitives by family and to set headings in bold, with ANSI escapes. Default: false. */
  readonly colour?: boolean;
  /** A negative one is shown by a minus sign. Default: none. */
  readonly edgeWeights?: CellWeights;
}

const GAP = "    ";
const INDENT = "  ";
const ESCAPE = "\u001b[";
const FAMILY_COLOURS: Readonly<Record<PrimitiveFamily, string>> = {
  pool: "34",
  skip: "90",
  separable: "33",
  dilated: "32",
};

/** A source or node of a cell, as text: `c[k-2]`, `c[k-1]`, then `node 0` and so on. */
function nodeText(source: number): string {
  if (source < CELL_INPUT_COUNT) return `c[k-${CELL_INPUT_COUNT - source}]`;
  return `node ${source - CELL_INPUT_COUNT}`;
}

/**
 * Each node of a cell as an equation, then its output: `node 0 = skip_connect(c[k-2]) - dil_conv_3x3(c[k-1])`, with a minus before a pick
 * whose entry of `edgeWeights` is negative.
 */
export function cellEquations(
  cell: CellGenotype,
  concat: readonly number[],
  edgeWeights: ArrayLike<number> = [],
): readonly string[] {
  return equations(cell, concat, edgeWeights).map(({ name, terms }) => {
    const [first, ...rest] = terms;
    return `${name} = ${first!.isNegative ? "-" : ""}${first!.text}${rest.map(following).join("")}`;
  });
}

/**
 * Both cells, one line per node, terms aligned; side by side if `width` allows, else one below the other, and with one term per line if
 * even that is too wide. Ends without a line feed.
 */
export function formatCells(genotype: Genotype, options: CellTextOptions = {}): string {
  const { width = 80, colour = false, edgeWeights = { normal: [], reduce: [] } } = options;
  const normal = equations(genotype.normal, genotype.normalConcat, edgeWeights.normal);
  const reduce = equations(genotype.reduce, genotype.reduceConcat, edgeWeights.reduce);
  let cells = [cellLines("normal cell", normal, false), cellLines("reduction cell", reduce, false)] as const;
  const widths = cells.map((lines) => Math.max(...lines.map((line) => line.length)));
  let lines: string[];
  if (widths[0]! + GAP.length + widths[1]! <= width) {
    lines = beside(cells[0], cells[1], widths[0]!);
  } else {
    if (Math.max(...widths) > width) {
      cells = [cellLines("normal cell", normal, true), cellLines("reduction cell", reduce, true)];
    }
    lines = [...cells[0], "", ...cells[1]];
  }
  const hasNegative = [...normal, ...reduce].some(({ terms }) => terms.some(({ isNegative }) => isNegative));
  if (hasNegative) lines.push("", "minus: a negative weight, absorbed");
  const text = lines.join("\n");
  return colour ? coloured(text) : text;
}

interface Term {
  readonly text: string;
  readonly isNegative: boolean;
}

interface Equation {
  readonly name: string;
  readonly terms: readonly Term[];
}

function equations(cell: CellGenotype, concat: readonly number[], edgeWeights: ArrayLike<number>): Equation[] {
  let pick = 0;
  const nodes = cell.map((entries, node) => ({
    name: nodeText(CELL_INPUT_COUNT + node),
    terms: entries.map(({ primitive, source }) => ({
      text: `${primitive}(${nodeText(source)})`,
      isNegative: edgeWeights[pick++]! < 0,
    })),
  }));
  const joined = `${concat.length === 1 ? "node" : "nodes"} ${concat.map((index) => index - CELL_INPUT_COUNT).join(", ")}`;
  return [...nodes, { name: "c[k]", terms: [{ text: `concat(${joined})`, isNegative: false }] }];
}

/** A term that is not the first of its node, with its sign. */
function following({ text, isNegative }: Term): string {
  return ` ${isNegative ? "-" : "+"} ${text}`;
}

/** Heading and equations. Terms align by themselves, all primitives having names of one length; a sign before a first term has a column. */
function cellLines(heading: string, rows: readonly Equation[], isNarrow: boolean): string[] {
  const nameWidth = Math.max(...rows.map(({ name }) => name.length));
  const hasSigns = rows.some(({ terms }) => terms[0]!.isNegative);
  const lines = rows.flatMap(({ name, terms: [first, ...rest] }) => {
    const sign = hasSigns ? (first!.isNegative ? "-" : " ") : "";
    const start = `${INDENT}${name.padEnd(nameWidth)} = ${sign}`;
    if (!isNarrow) return [`${start}${first!.text}${rest.map(following).join("")}`];
    return [start + first!.text, ...rest.map((term) => " ".repeat(start.length - 3) + following(term))];
  });
  return [heading, ...lines];
}

function beside(left: readonly string[], right: readonly string[], leftWidth: number): string[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, row) => {
    return `${(left[row] ?? "").padEnd(leftWidth)}${GAP}${right[row] ?? ""}`.trimEnd();
  });
}

function coloured(text: string): string {
  return text
    .replace(/normal cell|reduction cell/g, (heading) => `${ESCAPE}1m${heading}${ESCAPE}22m`)
    .replace(new RegExp(PRIMITIVES.join("|"), "g"), (name) => {
      const primitive = PRIMITIVES.find((other) => other === name)!;
      return `${ESCAPE}${FAMILY_COLOURS[primitiveFamily(primitive)]}m${name}${ESCAPE}39m`;
    });
}
