/**
 * @file The cell of NAS-Bench-201: node 0 is its input, every later node the sum of one operation on each node before it, node 3 its output.
 * Written as the benchmark writes it: `|nor_conv_3x3~0|+|none~0|skip_connect~1|+|avg_pool_3x3~0|none~1|nor_conv_1x1~2|`, an operation and the
 * node that it reads, a group of bars a node.
 */
import { architectureRefusal, quoted, readJsonForm } from "../architecture-text.ts";
import { isOperation, OPERATIONS, type Operation } from "./operation.ts";

export const NODE_COUNT = 4;

/** A connection of the cell. */
export interface Edge {
  readonly source: number;
  readonly target: number;
}

/** All edges, in the order in which the benchmark writes them. */
export const EDGES: readonly Edge[] = Array.from({ length: NODE_COUNT - 1 }, (_, before) =>
  Array.from({ length: before + 1 }, (_, source) => ({ source, target: before + 1 })),
).flat();

/** The operation of each edge, in the order of `EDGES`. */
export type Cell = readonly Operation[];

const wrong = architectureRefusal("a cell of NAS-Bench-201 reads |op~0|+|op~0|op~1|+|op~0|op~1|op~2|");

/** The benchmark's own string. */
export function formatCell(cell: Cell): string {
  const nodes = Array.from({ length: NODE_COUNT - 1 }, (_, before) => {
    const terms = EDGES.flatMap(({ source, target }, edge) =>
      target === before + 1 ? [`${cell[edge]!}~${source}`] : [],
    );
    return `|${terms.join("|")}|`;
  });
  return nodes.join("+");
}

/**
 * Reads the benchmark's own string, or JSON of the form `{ "cell": STRING }`.
 * @throws E_ARCHITECTURE with what is wrong first
 */
export function parseCell(text: string): Cell {
  const string = cellString(text.trim());
  const nodes = string.split("+");
  if (nodes.length !== NODE_COUNT - 1) throw wrong(`got ${nodes.length} nodes`, `${NODE_COUNT - 1}`);
  return nodes.flatMap((node, before) => {
    const terms = /^\|(.+)\|$/.exec(node)?.[1]?.split("|");
    if (terms === undefined) throw wrong(`node ${before + 1} got ${quoted(node)}`, "operations between bars");
    if (terms.length !== before + 1) {
      throw wrong(`node ${before + 1} got ${terms.length} operations`, `${before + 1}, one for each node before it`);
    }
    return terms.map((term, source) => parseTerm(term, source, before + 1));
  });
}

/** One line of JSON that ends in a line feed. */
export function formatCellJson(cell: Cell): string {
  return `${JSON.stringify({ cell: formatCell(cell) })}\n`;
}

function parseTerm(term: string, source: number, target: number): Operation {
  const [operation, from, ...rest] = term.split("~");
  if (rest.length > 0 || from !== String(source)) {
    throw wrong(
      `edge ${source}-${target} got ${quoted(term)}`,
      `an operation of node ${source}, such as nor_conv_3x3~${source}`,
    );
  }
  if (!isOperation(operation!)) {
    throw wrong(`edge ${source}-${target} got ${quoted(operation!)}`, `one of ${OPERATIONS.join(", ")}`);
  }
  return operation;
}

function cellString(text: string): string {
  const json = readJsonForm(text, "cell", wrong);
  if (json === null) return text;
  if (typeof json.value !== "string") throw wrong("got JSON without a text under cell", 'such as { "cell": "|...|" }');
  return json.value;
}
