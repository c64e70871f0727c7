/**
 * @file Where everything in the picture of one cell stands. Dagre ranks and orders the boxes: cell inputs, one box per kept primitive, nodes,
 * the output. Wires are then routed here: straight through the band of a rank, curved only in the
 * gaps between bands, where no box is, so that a wire never crosses a box. All this is done for data that flows to the right; a cell whose data
 * flows down is such a one, turned over. Dagre's order depends on the order in which it
 * meets the edges, and often leaves needless crossings: of several orders the one with the fewest crossings is kept.
 */
import { Graph, layout } from "@dagrejs/dagre";
import { RandomStream } from "../random/index.ts";
import { type Candidate, CELL_INPUT_COUNT, type CellGenotype } from "../space/index.ts";

/** A rectangle by its centre, in pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A cell input, an intermediate node or the output. `source` numbers inputs and nodes as genotypes do; the output has the next number. */
export interface NodeBox extends Box {
  readonly kind: "input" | "node" | "output";
  readonly source: number;
}

/** A kept primitive, between its source and the node it feeds. */
export interface PrimitiveBox extends Box, Candidate {
  /** Source number of the node that it feeds. */
  readonly target: number;
}

/** Which way the data of a drawing flows: wide cells flow to the right, narrow ones down. */
export type Flow = "right" | "down";

/** A straight piece of a wire, along the flow. Between the end of one and the start of the next the wire is an S-curve. */
interface WireRun {
  /** Distance from the edge of the drawing across the flow: y where it is to the right, x where it is down. */
  readonly across: number;
  readonly start: number;
  readonly end: number;
}

/** One wire: into a primitive, out of it into its node, or from a node to the output. */
export interface Wire {
  readonly kind: "source" | "target" | "concat";
  /** The primitive that the wire belongs to, as an index into `primitives`; undefined for concat. */
  readonly primitive?: number;
  /** First run starts and last run ends at a box. */
  readonly runs: readonly WireRun[];
}

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
const WIRE_GAP = 14;
const PORT_GAP = 11;
/** Keeps a primitive right before the node that it feeds; the way from its source may be long. */
const TARGET_WEIGHT = 4;
const ROOT_WEIGHT = 8;
const ATTEMPTS = 8;
const ROOT = "root";

type Point = { readonly x: number; readonly y: number };

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
  const { boxes, bands, wires } = arrange(sizes, links, form);

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

interface Size {
  readonly width: number;
  readonly height: number;
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

interface Link {
  readonly kind: Wire["kind"];
  readonly primitive?: number;
  readonly from: string;
  readonly to: string;
}

function nodeKey(source: number): string {
  return `node${source}`;
}

function primitiveKey(index: number): string {
  return `primitive${index}`;
}

interface Arrangement {
  readonly boxes: ReadonlyMap<string, Box>;
  readonly bands: readonly Band[];
  readonly wires: readonly Wire[];
}

/** Of some arrangements, the one with the fewest crossings, then the shortest way up and down. */
function arrange(sizes: ReadonlyMap<string, Size>, links: readonly Link[], form: Form): Arrangement {
  const stream = new RandomStream(0);
  const order = [...links.keys()];
  let best: Arrangement | undefined;
  let fewest = Infinity;
  let shortest = Infinity;
  for (let attempt = 0; attempt < ATTEMPTS && fewest > 0; attempt++) {
    if (attempt > 0) stream.shuffle(order);
    const { boxes, bends } = place(sizes, links, order, form);
    const bands = bandsOf([...boxes.values()]);
    const wires = connect(links, boxes, bends, bands);
    const crossings = crossingCount(wires);
    const climb = climbOf(wires);
    if (crossings > fewest || (crossings === fewest && climb >= shortest)) continue;
    best = { boxes, bands, wires };
    fewest = crossings;
    shortest = climb;
  }
  return best!;
}

/** How often two wires cross: in a gap, wires that start in one order and end in the other. */
function crossingCount(wires: readonly Wire[]): number {
  const curves = wires.flatMap(({ runs }) =>
    runs.slice(1).map((run, i) => ({ gap: runs[i]!.end, start: runs[i]!.across, end: run.across })),
  );
  let count = 0;
  for (const [i, a] of curves.entries()) {
    for (const b of curves.slice(0, i)) {
      if (a.gap === b.gap && (a.start - b.start) * (a.end - b.end) < 0) count++;
    }
  }
  return count;
}

function climbOf(wires: readonly Wire[]): number {
  let climb = 0;
  for (const { runs } of wires) {
    for (const [i, run] of runs.slice(1).entries()) climb += Math.abs(run.across - runs[i]!.across);
  }
  return climb;
}

/** Boxes, and the points at which dagre leads each link past the ranks between its ends; `c[k-2]` is above `c[k-1]`. */
function place(
  sizes: ReadonlyMap<string, Size>,
  links: readonly Link[],
  order: readonly number[],
  { rankGap, boxGap }: Form,
): { boxes: Map<string, Box>; bends: Point[][] } {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", ranksep: rankGap, nodesep: boxGap, edgesep: WIRE_GAP });
  // Without a common root an input that only later nodes read would sink to their rank.
  graph.setNode(ROOT, { width: 0, height: 0 });
  for (const [key, size] of sizes) graph.setNode(key, { ...size });
  for (let source = 0; source < CELL_INPUT_COUNT; source++)
    graph.setEdge(ROOT, nodeKey(source), { weight: ROOT_WEIGHT });
  for (const i of order) {
    const { kind, from, to } = links[i]!;
    graph.setEdge(from, to, { weight: kind === "target" ? TARGET_WEIGHT : 1 }, String(i));
  }
  layout(graph);
  const sign = graph.node(nodeKey(0)).y <= graph.node(nodeKey(1)).y ? 1 : -1;
  const boxes = new Map<string, Box>();
  for (const [key, size] of sizes) {
    const { x, y } = graph.node(key) as Point;
    boxes.set(key, { ...size, x, y: sign * y });
  }
  const bends = links.map(({ from, to }, i) => {
    const { points } = graph.edge(from, to, String(i)) as { readonly points: readonly Point[] };
    return points.slice(1, -1).map(({ x, y }) => ({ x, y: sign * y }));
  });
  return { boxes, bends };
}

interface Band {
  readonly x: number;
  readonly left: number;
  readonly right: number;
}

/** The vertical stripes that hold boxes, by the common middle of the boxes. */
function bandsOf(boxes: readonly Box[]): Band[] {
  const widths = new Map<number, number>();
  for (const { x, width } of boxes) widths.set(x, Math.max(widths.get(x) ?? 0, width));
  return [...widths].map(([x, width]) => ({ x, left: x - width / 2, right: x + width / 2 }));
}

function connect(
  links: readonly Link[],
  boxes: ReadonlyMap<string, Box>,
  bends: readonly (readonly Point[])[],
  bands: readonly Band[],
): Wire[] {
  const passes = bends.map((points) =>
    points.flatMap(({ x, y }) => {
      const band = bands.find((other) => other.x === x);
      return band === undefined ? [] : [{ across: y, start: band.left, end: band.right }];
    }),
  );
  const starts = ports(
    links.map(({ from, to }, i) => ({ key: from, toward: passes[i]![0]?.across ?? boxes.get(to)!.y })),
    boxes,
  );
  const ends = ports(
    links.map(({ from, to }, i) => ({ key: to, toward: passes[i]!.at(-1)?.across ?? boxes.get(from)!.y })),
    boxes,
  );
  return links.map(({ kind, primitive, from, to }, i) => {
    const source = boxes.get(from)!;
    const target = boxes.get(to)!;
    const runs = [
      { across: starts[i]!, start: source.x + source.width / 2, end: bands.find((band) => band.x === source.x)!.right },
      ...passes[i]!,
      { across: ends[i]!, start: bands.find((band) => band.x === target.x)!.left, end: target.x - target.width / 2 },
    ];
    return { kind, ...(primitive === undefined ? {} : { primitive }), runs };
  });
}

/** Where each wire meets the side of its box: spread around the middle in the order of where the wires come from. */
function ports(
  wires: readonly { readonly key: string; readonly toward: number }[],
  boxes: ReadonlyMap<string, Box>,
): number[] {
  const result: number[] = [];
  for (const [key, { y, height }] of boxes) {
    const members = [...wires.keys()].filter((wire) => wires[wire]!.key === key);
    const sorted = members.sort((a, b) => wires[a]!.toward - wires[b]!.toward || a - b);
    const gap = Math.min(PORT_GAP, (height - PORT_GAP) / sorted.length);
    for (const [place, wire] of sorted.entries()) result[wire] = y + (place - (sorted.length - 1) / 2) * gap;
  }
  return result;
}
