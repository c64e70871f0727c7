/**
 * @file One panel as a picture: inputs, kept operations with their weights, nodes, the output that joins them; from left to right where there is
 * room, else from top to bottom with shorter names.
 */
import { useRef } from "preact/hooks";
import type { Flow, NodeBox, OperationBox, PanelLayout, Wire } from "../../src/export/panel-layout.ts";
import type { RunSource } from "../data/source.ts";
import { figure } from "../format.ts";
import { ScrollRegion } from "../parts/scroll-region.tsx";
import { useWidth } from "../parts/use-width.ts";
import type { DrawnPanel, DrawnTerm } from "./drawn-panel.ts";
import { useLayout } from "./use-layout.ts";

export interface PanelDiagramProps {
  readonly source: RunSource;
  readonly title: string;
  readonly panel: DrawnPanel;
}

const MARGIN = 12;
/** Pixels that a note takes beside a weight, and that a line takes. */
const NOTE_ROOM = 36;
const LINE = 12.5;
/** Pixels that a letter takes about, and that are left free beside a name. */
const LETTER = 6.8;
const NAME_MARGIN = 6;
/** How far a picture is made smaller to fit before it scrolls. */
const SMALLEST = 0.75;
/** Pixels of height that operations beside each other take, and nodes below each other. */
const PARALLEL_ROOM = 52;
const NODE_ROOM = 110;
/** Pixels that nearly all panels fit into from left to right. */
const WIDE = 820;

export function PanelDiagram(props: PanelDiagramProps) {
  const holder = useRef<HTMLDivElement>(null);
  const width = useWidth(holder);
  const flow = width < WIDE ? "down" : "right";
  return (
    <div class="cell-room" ref={holder} style={{ "--room": `${roomOf(props.panel, flow)}px` }}>
      {width > 0 && <Drawing {...props} flow={flow} />}
    </div>
  );
}

/** The height that most pictures of such a panel take: what is below stands still when the next one is drawn. */
function roomOf({ nodes }: DrawnPanel, flow: Flow): number {
  const terms = nodes.reduce((count, node) => count + node.terms.length, 0);
  return flow === "right" ? PARALLEL_ROOM * Math.max(1, terms - nodes.length + 1) : NODE_ROOM * nodes.length;
}

function Drawing({ source, title, panel, flow }: PanelDiagramProps & { readonly flow: Flow }) {
  const laidOut = useLayout(source, panel, flow);
  if (laidOut === null) return null;
  const { layout, panel: drawn } = laidOut;
  const terms = drawn.nodes.flatMap((node) => node.terms);
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
        aria-label={`${title}: ${sentences(drawn).join("; ")}`}
      >
        {layout.wires.map((wire, index) => (
          <path key={index} class={wire.kind === "joined" ? "wire concat" : "wire"} d={pathOf(wire, layout)} />
        ))}
        {layout.nodes.map((box) => (
          <Port key={box.source} box={box} panel={drawn} />
        ))}
        {layout.operations.map((box, index) => (
          <Operation key={index} box={box} term={terms[index]!} panel={drawn} flow={layout.flow} />
        ))}
      </svg>
    </ScrollRegion>
  );
}

function Port({ box, panel }: { readonly box: NodeBox; readonly panel: DrawnPanel }) {
  const { kind, source, x, y, width, height } = box;
  const { inputs, nodes, output } = panel;
  const { name, label, subscript } = [...inputs, ...nodes, output][source]!;
  return (
    <g class={`box ${kind}`}>
      <title>{name}</title>
      <rect x={x - width / 2} y={y - height / 2} width={width} height={height} rx={8} />
      <text x={x} y={y + 4} {...squeezed(label + (subscript ?? ""), width)}>
        {label}
        {subscript !== undefined && (
          <tspan class="subscript" dy={3}>
            {subscript}
          </tspan>
        )}
      </text>
    </g>
  );
}

interface OperationProps {
  readonly box: OperationBox;
  readonly term: DrawnTerm;
  readonly panel: DrawnPanel;
  readonly flow: Flow;
}

function Operation({ box, term, panel, flow }: OperationProps) {
  const { x, y, width, height } = box;
  const { label, short, family, isNegative, weight, mark } = term;
  const factor = weight === null ? null : `× ${figure(Number(weight.toPrecision(3)))}`;
  const classes = ["operation", family, mark === null ? "" : "marked", isNegative ? "negative" : ""].join(" ");
  return (
    <g class={classes}>
      <title>{sentence(panel, box.target - panel.inputs.length, term)}</title>
      <rect x={x - width / 2} y={y - height / 2 - 4} width={width} height={height + 8} rx={6} />
      {flow === "right" ? (
        <>
          <text x={x} y={factor === null && mark === null ? y + 4 : y - 1} {...squeezed(label, width)}>
            {label}
          </text>
          <text class="weight" x={mark === null ? x : x + NOTE_ROOM / 2} y={y + 11}>
            {factor}
          </text>
          <text class="note" x={factor === null ? x : x - width / 2 + NOTE_ROOM / 2} y={y + 11}>
            {mark}
          </text>
        </>
      ) : (
        [short, factor, mark]
          .filter((line) => line !== null)
          .map((line, index, lines) => (
            <text
              key={index}
              class={index === 0 ? "" : line === factor ? "weight" : "note"}
              x={x}
              y={y + 4 + LINE * (index - (lines.length - 1) / 2)}
              {...(index === 0 ? squeezed(line, width) : {})}
            >
              {line}
            </text>
          ))
      )}
    </g>
  );
}

/** Text that its box has no room for is set narrower. */
function squeezed(text: string, width: number) {
  const room = width - NAME_MARGIN;
  return text.length * LETTER <= room ? {} : { textLength: room, lengthAdjust: "spacingAndGlyphs" as const };
}

function sentences(panel: DrawnPanel): readonly string[] {
  return panel.nodes.flatMap(({ terms }, node) => terms.map((term) => sentence(panel, node, term)));
}

function sentence({ inputs, nodes }: DrawnPanel, node: number, { label, source, weight }: DrawnTerm): string {
  const factor = weight === null ? "" : ` with weight ${figure(Number(weight.toPrecision(3)))}`;
  return `${nodes[node]!.name} adds ${label} of ${[...inputs, ...nodes][source]!.name}${factor}`;
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
