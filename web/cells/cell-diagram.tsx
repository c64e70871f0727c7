/** @file One cell as a picture: inputs at the left, kept primitives with their weights, nodes, the output that joins them. */
import type { Wire } from "../../src/export/cell-layout.ts";
import { primitiveFamily } from "../../src/space/index.ts";
import { concatOf, type KeptCandidate, sourceName } from "../data/recovery.ts";
import type { RunSource } from "../data/source.ts";
import { figure } from "../format.ts";
import { ScrollRegion } from "../parts/scroll-region.tsx";
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

export function CellDiagram({ source, title, picks, concat, mark }: CellDiagramProps) {
  const laidOut = useLayout(source, picks, concat ?? concatOf(picks));
  if (laidOut === null) return <div class="cell-room" />;
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
        role="img"
        aria-label={`${title}: ${flat.map(sentence).join("; ")}`}
      >
        {layout.wires.map((wire, index) => (
          <path key={index} class={wire.kind === "concat" ? "wire concat" : "wire"} d={pathOf(wire)} />
        ))}
        {layout.nodes.map(({ kind, source, x, y, width: w, height: h }) => (
          <g key={source} class={`box ${kind}`}>
            <rect x={x - w / 2} y={y - h / 2} width={w} height={h} rx={8} />
            <text x={x} y={y + 4}>
              {kind === "output" ? "out" : kind === "input" ? sourceName(source) : source - 2}
            </text>
          </g>
        ))}
        {layout.primitives.map(({ primitive, x, y, width: w, height: h }, index) => {
          const pick = flat[index]!;
          const note = mark?.(pick) ?? null;
          return (
            <g
              key={index}
              class={`primitive ${primitiveFamily(primitive)}${note === null ? "" : " marked"}${pick.weight < 0 ? " negative" : ""}`}
            >
              <title>{sentence(pick)}</title>
              <rect x={x - w / 2} y={y - h / 2 - 4} width={w} height={h + 8} rx={6} />
              <text x={x} y={y - 1}>
                {primitive}
              </text>
              <text class="weight" x={x} y={y + 11}>
                {Number.isNaN(pick.weight) ? "" : `× ${figure(Number(pick.weight.toPrecision(3)))}`}
              </text>
              {note !== null && (
                <text class="note" x={x - w / 2 + 5} y={y + 11}>
                  {note}
                </text>
              )}
            </g>
          );
        })}
      </svg>
    </ScrollRegion>
  );
}

function sentence({ node, primitive, source, weight }: KeptCandidate): string {
  const factor = Number.isNaN(weight) ? "" : ` with weight ${figure(Number(weight.toPrecision(3)))}`;
  return `node ${node} adds ${primitive} of ${sourceName(source)}${factor}`;
}

function pathOf({ runs }: Wire): string {
  const parts = runs.map(({ y, left, right }, index) => {
    const line = `H${right.toFixed(1)}`;
    if (index === 0) return `M${left.toFixed(1)},${y.toFixed(1)}${line}`;
    const before = runs[index - 1]!;
    const middle = ((before.right + left) / 2).toFixed(1);
    return `C${middle},${before.y.toFixed(1)} ${middle},${y.toFixed(1)} ${left.toFixed(1)},${y.toFixed(1)}${line}`;
  });
  return parts.join("");
}
