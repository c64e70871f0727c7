/**
 * @file Places the boxes of a panel and routes its wires. Dagre ranks and orders the boxes, from left to right. Wires are then routed here:
 * straight through the band of a rank, curved only in the gaps between bands, where no box is, so that a wire never crosses a box.
 * Dagre's order depends on the order in which it meets the edges, and often leaves needless crossings: of several orders the one with the
 * fewest crossings is kept.
 */
import { Graph, layout } from "@dagrejs/dagre";
import { RandomStream } from "../random/index.ts";

/** A rectangle by its centre, in pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
/** A straight piece of a wire, along the flow. Between the end of one and the start of the next the wire is an S-curve. */
interface WireRun {
  /** Distance from the edge of the drawing across the flow: y where it is to the right, x where it is down. */
  readonly across: number;
  readonly start: number;
  readonly end: number;
}

/** One wire: into an operation, out of it into its node, or from a node to the output. */
export interface Wire {
  readonly kind: "source" | "target" | "joined";
  /** The operation that the wire belongs to, as an index into `operations`; undefined for what is joined. */
  readonly operation?: number;
  /** First run starts and last run ends at a box. */
  readonly runs: readonly WireRun[];
}
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What a wire joins, by the keys of two boxes. */
export interface Link {
  readonly kind: Wire["kind"];
  readonly operation?: number;
  readonly from: string;
  readonly to: string;
}
/** What is to be placed. */
export interface LoosePanel {
  /** Of each box, by its key. */
  readonly sizes: ReadonlyMap<string, Size>;
  readonly links: readonly Link[];
  /** Keys of the boxes at the left end, the uppermost first. */
  readonly inputs: readonly string[];
  /** Between ranks, and between the boxes of one. */
  readonly rankGap: number;
  readonly boxGap: number;
}

export interface Arrangement {
  readonly boxes: ReadonlyMap<string, Box>;
  readonly bands: readonly Band[];
  readonly wires: readonly Wire[];
}
const WIRE_GAP = 14;
const PORT_GAP = 11;
/** Keeps an operation right before the node that it feeds; the way from its source may be long. */
const TARGET_WEIGHT = 4;
const ROOT_WEIGHT = 8;
const ATTEMPTS = 8;
const ROOT = "root";

type Point = { readonly x: number; readonly y: number };

/** Of some arrangements, all deterministic, the one with the fewest crossings, then the shortest way up and down. */
export function arrange(panel: LoosePanel): Arrangement {
  const { links } = panel;
  const stream = new RandomStream(0);
  const order = [...links.keys()];
  let best: Arrangement | undefined;
  let fewest = Infinity;
  let shortest = Infinity;
  for (let attempt = 0; attempt < ATTEMPTS && fewest > 0; attempt++) {
    if (attempt > 0) stream.shuffle(order);
    const { boxes, bends } = place(panel, order);
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

/** Boxes, and the points at which dagre leads each link past the ranks between its ends. */
function place(
  { sizes, links, inputs, rankGap, boxGap }: LoosePanel,
  order: readonly number[],
): { boxes: Map<string, Box>; bends: Point[][] } {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", ranksep: rankGap, nodesep: boxGap, edgesep: WIRE_GAP });
  // Without a common root an input that only later nodes read would sink to their rank.
  graph.setNode(ROOT, { width: 0, height: 0 });
  for (const [key, size] of sizes) graph.setNode(key, { ...size });
  for (const input of inputs) graph.setEdge(ROOT, input, { weight: ROOT_WEIGHT });
  for (const i of order) {
    const { kind, from, to } = links[i]!;
    graph.setEdge(from, to, { weight: kind === "target" ? TARGET_WEIGHT : 1 }, String(i));
  }
  layout(graph);
  const sign = graph.node(inputs[0]!).y <= graph.node(inputs.at(-1)!).y ? 1 : -1;
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
  return links.map(({ kind, operation, from, to }, i) => {
    const source = boxes.get(from)!;
    const target = boxes.get(to)!;
    const runs = [
      { across: starts[i]!, start: source.x + source.width / 2, end: bands.find((band) => band.x === source.x)!.right },
      ...passes[i]!,
      { across: ends[i]!, start: bands.find((band) => band.x === target.x)!.left, end: target.x - target.width / 2 },
    ];
    return { kind, ...(operation === undefined ? {} : { operation }), runs };
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
