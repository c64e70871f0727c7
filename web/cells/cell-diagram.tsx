/**
 * @file One cell as a picture: inputs, kept primitives with their weights, nodes, the output that joins them; from left to right where there is
 * room, else from top to bottom with shorter names.
 */
import { useRef } from "preact/hooks";
import type { Flow, OperationBox, PanelLayout, Wire } from "../../src/export/panel-layout.ts";
import { primitiveFamily } from "../../src/spaces/darts/index.ts";
import { concatOf, type KeptCandidate, sourceName } from "../data/recovery.ts";
import { shortName } from "../data/short-name.ts";
import type { RunSource } from "../data/source.ts";
import { figure } from "../format.ts";
import { ScrollRegion } from "../parts/scroll-region.tsx";
import { useWidth } from "../parts/use-width.ts";
import { useLayout } from "./use-layout.ts";

export interface CellDiagramProps {
  readonly source: RunSource;
  readonly title: string;
  /** Node by node. */
  readonly picks: readonly (readonly KeptCandidate[])[];
  readonly concat?: readonly number[];
  /** What a pick is marked with; none if it is null. */
  readonly mark?: (pick: KeptCandidate) => string | null;
}

const MARGIN = 12;
/** Pixels that a note takes beside a weight, and that a line takes. */
const NOTE_ROOM = 36;
const LINE = 12.5;
/** How far a picture is made smaller to fit before it scrolls. */
const SMALLEST = 0.75;
/** Pixels that nearly all cells fit into from left to right. */
const WIDE = 820;

export function CellDiagram(props: CellDiagramProps) {
  const holder = useRef<HTMLDivElement>(null);
  const width = useWidth(holder);
  const flow = width < WIDE ? "down" : "right";
  return (
    <div class={`cell-room ${flow}`} ref={holder}>
      {width > 0 && <Drawing {...props} flow={flow} />}
    </div>
  );
}

function Drawing({ source, title, picks, concat, mark, flow }: CellDiagramProps & { readonly flow: Flow }) {
  const laidOut = useLayout(source, picks, concat ?? concatOf(picks), flow);
  if (laidOut === null) return null;
  const { layout, picks: flat } = laidOut;
  const width = layout.width + 2 * MARGIN;
  const height = layout.height + 2 * MARGIN + 8;
  return (
    <ScrollRegion label={`${title}, scrolls sideways`}>
      <svg
        class="cell-diagram"
        viewBox={`${-MARGIN} ${-MARGIN - 4} ${width} ${height}`}
        width={width}
        height={height}
        style={{ minWidth: `${SMALLEST * width}px` }}
        role="img"
        aria-label={`${title}: ${flat.map(sentence).join("; ")}`}
      >
        {layout.wires.map((wire, index) => (
          <path key={index} class={wire.kind === "joined" ? "wire concat" : "wire"} d={pathOf(wire, layout)} />
        ))}
        {layout.nodes.map(({ kind, source, x, y, width: w, height: h }) => (
          <g key={source} class={`box ${kind}`}>
            <rect x={x - w / 2} y={y - h / 2} width={w} height={h} rx={8} />
            <text x={x} y={y + 4}>
              {kind === "output" ? "out" : kind === "input" ? sourceName(source) : source - 2}
            </text>
          </g>
        ))}
        {layout.operations.map((box, index) => (
          <Pick key={index} box={box} pick={flat[index]!} note={mark?.(flat[index]!) ?? null} flow={layout.flow} />
        ))}
      </svg>
    </ScrollRegion>
  );
}

interface PickProps {
  readonly box: OperationBox;
  readonly pick: KeptCandidate;
  readonly note: string | null;
  readonly flow: Flow;
}

function Pick({ box: { x, y, width, height }, pick, note, flow }: PickProps) {
  const { primitive, weight } = pick;
  const factor = Number.isNaN(weight) ? null : `× ${figure(Number(weight.toPrecision(3)))}`;
  const classes = [
    "primitive",
    primitiveFamily(primitive),
    note === null ? "" : "marked",
    weight < 0 ? "negative" : "",
  ].join(" ");
  return (
    <g class={classes}>
      <title>{sentence(pick)}</title>
      <rect x={x - width / 2} y={y - height / 2 - 4} width={width} height={height + 8} rx={6} />
      {flow === "right" ? (
        <>
          <text x={x} y={factor === null && note === null ? y + 4 : y - 1}>
            {primitive}
          </text>
          <text class="weight" x={note === null ? x : x + NOTE_ROOM / 2} y={y + 11}>
            {factor}
          </text>
          <text class="note" x={factor === null ? x : x - width / 2 + NOTE_ROOM / 2} y={y + 11}>
            {note}
          </text>
        </>
      ) : (
        [shortName(primitive), factor, note]
          .filter((line) => line !== null)
          .map((line, index, lines) => (
            <text
              key={index}
              class={line === factor ? "weight" : line === note ? "note" : ""}
              x={x}
              y={y + 4 + LINE * (index - (lines.length - 1) / 2)}
            >
              {line}
            </text>
          ))
      )}
    </g>
  );
}

function sentence({ node, primitive, source, weight }: KeptCandidate): string {
  const factor = Number.isNaN(weight) ? "" : ` with weight ${figure(Number(weight.toPrecision(3)))}`;
  return `node ${node} adds ${primitive} of ${sourceName(source)}${factor}`;
}

function pathOf({ runs }: Wire, { flow }: PanelLayout): string {
  const point = (along: number, across: number) =>
    (flow === "right" ? [along, across] : [across, along]).map((value) => value.toFixed(1)).join(",");
  const parts = runs.map(({ across, start, end }, index) => {
    const line = `L${point(end, across)}`;
    if (index === 0) return `M${point(start, across)}${line}`;
    const before = runs[index - 1]!;
    const middle = (before.end + start) / 2;
    return `C${point(middle, before.across)} ${point(middle, across)} ${point(start, across)}${line}`;
  });
  return parts.join("");
}
