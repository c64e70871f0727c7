/**
 * @file Where everything in the picture of one cell stands: cell inputs, one box per kept primitive, nodes, the output, and the wires between
 * them. All is placed for data that flows to the right; a cell whose data flows down is such a one, turned over.
 */
import { CELL_INPUT_COUNT, type CellGenotype, type Connection } from "../space/index.ts";
import { arrange, type Box, type Link, type Size, type Wire } from "./cell-arrangement.ts";

export type { Box, Wire };

/** A cell input, an intermediate node or the output. `source` numbers inputs and nodes as genotypes do; the output has the next number. */
export interface NodeBox extends Box {
  readonly kind: "input" | "node" | "output";
  readonly source: number;
}

/** A kept primitive, between its source and the node it feeds. */
export interface PrimitiveBox extends Box, Connection {
  /** Source number of the node that it feeds. */
  readonly target: number;
}

/** Which way the data of a drawing flows: wide cells flow to the right, narrow ones down. */
export type Flow = "right" | "down";

export interface CellLayout {
  readonly flow: Flow;
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly NodeBox[];
  readonly primitives: readonly PrimitiveBox[];
  readonly wires: readonly Wire[];
}

/** Sizes before the drawing is turned over: what is the width of a box there is its height here. */
const FORMS: Readonly<Record<Flow, Form>> = {
  right: {
    input: { width: 52, height: 38 },
    node: { width: 34, height: 38 },
    output: { width: 40, height: 76 },
    primitive: { width: 124, height: 26 },
    rankGap: 40,
    boxGap: 16,
  },
  down: {
    input: { width: 30, height: 52 },
    node: { width: 28, height: 38 },
    output: { width: 30, height: 76 },
    primitive: { width: 38, height: 64 },
    rankGap: 32,
    boxGap: 12,
  },
};

/** Lays out one cell, inputs at the left or, where data flows down, at the top. Deterministic; the corner of the drawing is (0, 0). */
export function layoutCell(cell: CellGenotype, concat: readonly number[], flow: Flow = "right"): CellLayout {
  const layout = layoutToRight(cell, concat, FORMS[flow]);
  return flow === "right" ? layout : turnedOver(layout);
}

function turnedOver({ width, height, nodes, primitives, wires }: CellLayout): CellLayout {
  const turn = <B extends Box>(box: B): B => ({ ...box, x: box.y, y: box.x, width: box.height, height: box.width });
  return {
    flow: "down",
    width: height,
    height: width,
    nodes: nodes.map(turn),
    primitives: primitives.map(turn),
    wires,
  };
}

function layoutToRight(cell: CellGenotype, concat: readonly number[], form: Form): CellLayout {
  const nodeCount = CELL_INPUT_COUNT + cell.length;
  const picks = cell.flatMap((entries, node) =>
    entries.map((entry) => ({ ...entry, target: CELL_INPUT_COUNT + node })),
  );
  const kinds = Array.from({ length: nodeCount + 1 }, (_, source): NodeBox["kind"] =>
    source < CELL_INPUT_COUNT ? "input" : source < nodeCount ? "node" : "output",
  );
  const links: Link[] = picks.flatMap(({ source, target }, i): Link[] => [
    { kind: "source", primitive: i, from: nodeKey(source), to: primitiveKey(i) },
    { kind: "target", primitive: i, from: primitiveKey(i), to: nodeKey(target) },
  ]);
  for (const source of concat) links.push({ kind: "concat", from: nodeKey(source), to: nodeKey(nodeCount) });

  const sizes = new Map<string, Size>();
  for (const [source, kind] of kinds.entries()) sizes.set(nodeKey(source), form[kind]);
  for (const i of picks.keys()) sizes.set(primitiveKey(i), form.primitive);
  const { rankGap, boxGap } = form;
  const inputs = [nodeKey(0), nodeKey(1)] as const;
  const { boxes, bands, wires } = arrange({ sizes, links, inputs, rankGap, boxGap });

  const spans = [
    ...boxes.values(),
    ...wires.flatMap((wire) => wire.runs.map(({ across }) => ({ y: across, height: 0 }))),
  ];
  const top = Math.min(...spans.map(({ y, height }) => y - height / 2));
  const bottom = Math.max(...spans.map(({ y, height }) => y + height / 2));
  const left = Math.min(...bands.map((band) => band.left));
  const right = Math.max(...bands.map((band) => band.right));
  const moved = (box: Box): Box => ({ ...box, x: box.x - left, y: box.y - top });
  return {
    flow: "right",
    width: right - left,
    height: bottom - top,
    nodes: kinds.map((kind, source) => ({ kind, source, ...moved(boxes.get(nodeKey(source))!) })),
    primitives: picks.map((pick, i) => ({ ...pick, ...moved(boxes.get(primitiveKey(i))!) })),
    wires: wires.map((wire) => ({
      ...wire,
      runs: wire.runs.map((run) => ({ across: run.across - top, start: run.start - left, end: run.end - left })),
    })),
  };
}

interface Form {
  readonly input: Size;
  readonly node: Size;
  readonly output: Size;
  readonly primitive: Size;
  /** Between ranks, and between the boxes of one. */
  readonly rankGap: number;
  readonly boxGap: number;
}

function nodeKey(source: number): string {
  return `node${source}`;
}

function primitiveKey(index: number): string {
  return `primitive${index}`;
}
