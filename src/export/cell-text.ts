/** @file Both cells of a genotype as lines of plain text, one equation per node, for terminals and for screen readers. */
import {
  CELL_INPUT_COUNT,
  type CellGenotype,
  type Genotype,
  PRIMITIVES,
  type PrimitiveFamily,
  primitiveFamily,
} from "../space/index.ts";

export interface CellTextOptions {
  /** Columns of the terminal. The cells stand side by side where both fit. Default: 80. */
  readonly width?: number;
  /** Whether to colour primitives by family and to set headings in bold, with ANSI escapes. Default: false. */
  readonly colour?: boolean;
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

/** Each node of a cell as an equation, then its output: `node 0 = skip_connect(c[k-2]) + dil_conv_3x3(c[k-1])`. */
export function cellEquations(cell: CellGenotype, concat: readonly number[]): readonly string[] {
  return equations(cell, concat).map(({ name, terms }) => `${name} = ${terms.join(" + ")}`);
}

/**
 * Both cells, one line per node, terms aligned; side by side if `width` allows, else one below the other, and with one term per line if
 * even that is too wide. Ends without a line feed.
 */
export function formatCells(genotype: Genotype, options: CellTextOptions = {}): string {
  const { width = 80, colour = false } = options;
  const normal = equations(genotype.normal, genotype.normalConcat);
  const reduce = equations(genotype.reduce, genotype.reduceConcat);
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
  const text = lines.join("\n");
  return colour ? coloured(text) : text;
}

interface Equation {
  readonly name: string;
  readonly terms: readonly string[];
}

function equations(cell: CellGenotype, concat: readonly number[]): Equation[] {
  const nodes = cell.map((entries, node) => ({
    name: nodeText(CELL_INPUT_COUNT + node),
    terms: entries.map(({ primitive, source }) => `${primitive}(${nodeText(source)})`),
  }));
  const joined = `${concat.length === 1 ? "node" : "nodes"} ${concat.map((index) => index - CELL_INPUT_COUNT).join(", ")}`;
  return [...nodes, { name: "c[k]", terms: [`concat(${joined})`] }];
}

/** Heading and equations. Terms align by themselves: all primitives have names of one length. */
function cellLines(heading: string, rows: readonly Equation[], isNarrow: boolean): string[] {
  const nameWidth = Math.max(...rows.map(({ name }) => name.length));
  const lines = rows.flatMap(({ name, terms }) => {
    const start = `${INDENT}${name.padEnd(nameWidth)} = `;
    if (!isNarrow) return [start + terms.join(" + ")];
    return terms.map((term, i) => (i === 0 ? start : `${" ".repeat(start.length - 2)}+ `) + term);
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
