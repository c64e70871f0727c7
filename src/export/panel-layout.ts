/**
 * @file Where everything in the picture of one panel stands: inputs, a box an operation, nodes, the output, and the wires between
 * them. All is placed for data that flows to the right; a panel whose data flows down is such a one, turned over.
 */
import type { DiagramPanel } from "../spaces/index.ts";
import { arrange, type Box, type Link, type Size, type Wire } from "./panel-arrangement.ts";

export type { Box, Wire };

/** What the layout depends on: which nodes there are, what each reads, and what is joined. */
export interface PanelOutline {
  readonly inputs: number;
  /** For each node the sources of its operations. */
  readonly nodes: readonly (readonly number[])[];
  readonly joined: readonly number[];
}

/** An input, a node or the output. `source` numbers inputs and nodes as panels do; the output has the next number. */
export interface NodeBox extends Box {
  readonly kind: "input" | "node" | "output";
  readonly source: number;
}

/** An operation, between its source and the node it feeds. */
export interface OperationBox extends Box {
  readonly source: number;
  /** Source number of the node that it feeds. */
  readonly target: number;
}

/** Which way the data of a drawing flows: wide panels flow to the right, narrow ones down. */
export type Flow = "right" | "down";

export interface PanelLayout {
  readonly flow: Flow;
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly NodeBox[];
  /** Node by node, in the order of their terms. */
  readonly operations: readonly OperationBox[];
  readonly wires: readonly Wire[];
}

/** Sizes before the drawing is turned over: what is the width of a box there is its height here. */
const FORMS: Readonly<Record<Flow, Form>> = {
  right: {
    input: { width: 52, height: 38 },
    node: { width: 34, height: 38 },
    output: { width: 40, height: 76 },
    operation: { width: 124, height: 26 },
    rankGap: 40,
    boxGap: 16,
  },
  down: {
    input: { width: 30, height: 52 },
    node: { width: 28, height: 38 },
    output: { width: 30, height: 76 },
    operation: { width: 38, height: 64 },
    rankGap: 32,
    boxGap: 12,
  },
};

export function outlineOf({ inputs, nodes, output }: Pick<DiagramPanel, "inputs" | "nodes" | "output">): PanelOutline {
  const sources = nodes.map(({ terms }) => terms.map(({ source }) => source));
  return { inputs: inputs.length, nodes: sources, joined: output.joined };
}

/** Lays out one panel, inputs at the left or, where data flows down, at the top. Deterministic; the corner of the drawing is (0, 0). */
export function layoutPanel(outline: PanelOutline, flow: Flow = "right"): PanelLayout {
  const layout = layoutToRight(outline, FORMS[flow]);
  return flow === "right" ? layout : turnedOver(layout);
}

function turnedOver({ width, height, nodes, operations, wires }: PanelLayout): PanelLayout {
  const turn = <B extends Box>(box: B): B => ({ ...box, x: box.y, y: box.x, width: box.height, height: box.width });
  return {
    flow: "down",
    width: height,
    height: width,
    nodes: nodes.map(turn),
    operations: operations.map(turn),
    wires,
  };
}

function layoutToRight({ inputs, nodes, joined }: PanelOutline, form: Form): PanelLayout {
  const nodeCount = inputs + nodes.length;
  const operations = nodes.flatMap((sources, node) => sources.map((source) => ({ source, target: inputs + node })));
  const kinds = Array.from({ length: nodeCount + 1 }, (_, source): NodeBox["kind"] =>
    source < inputs ? "input" : source < nodeCount ? "node" : "output",
  );
  const links: Link[] = operations.flatMap(({ source, target }, i): Link[] => [
    { kind: "source", operation: i, from: nodeKey(source), to: operationKey(i) },
    { kind: "target", operation: i, from: operationKey(i), to: nodeKey(target) },
  ]);
  for (const source of joined) links.push({ kind: "joined", from: nodeKey(source), to: nodeKey(nodeCount) });

  const sizes = new Map<string, Size>();
  for (const [source, kind] of kinds.entries()) sizes.set(nodeKey(source), form[kind]);
  for (const i of operations.keys()) sizes.set(operationKey(i), form.operation);
  const { rankGap, boxGap } = form;
  const inputKeys = Array.from({ length: inputs }, (_, source) => nodeKey(source));
  const { boxes, bands, wires } = arrange({ sizes, links, inputs: inputKeys, rankGap, boxGap });

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
    operations: operations.map((one, i) => ({ ...one, ...moved(boxes.get(operationKey(i))!) })),
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
  readonly operation: Size;
  /** Between ranks, and between the boxes of one. */
  readonly rankGap: number;
  readonly boxGap: number;
}

function nodeKey(source: number): string {
  return `node${source}`;
}

function operationKey(index: number): string {
  return `operation${index}`;
}
