/**
 * @file A diagram as one SVG image that stands alone: own background, no scripts, no styles, no fonts but the reader's. Colour tells the
 * family of an operation, and so do its mark and its name. An operation whose weight was negative has dashed lines and a minus.
 */
import type { Diagram, DiagramPanel, DiagramPort, OperationFamily } from "../spaces/index.ts";
import { panelEquations } from "./diagram-text.ts";
import { BACKGROUND, BORDER, INK, MUTED, SANS, SANS_ADVANCE, TEXT_SIZE } from "./drawing-style.ts";
import {
  type Box,
  layoutPanel,
  type NodeBox,
  type OperationBox,
  outlineOf,
  type PanelLayout,
  type Wire,
} from "./panel-layout.ts";

export interface DiagramDrawingOptions {
  /** Accessible name of the image, also shown above the panels. Default: none shown, "Cells of the network" for the name. */
  readonly title?: string;
  /** Whether the panels stand side by side or one below the other. Default: `stacked`. */
  readonly arrangement?: "beside" | "stacked";
  /** Start of the identifiers in the image, to tell several in one page apart. Default: `cells`. */
  readonly id?: string;
}

const MARGIN = 20;
const PANEL_PADDING = 20;
const HEADING_HEIGHT = 58;
const TITLE_HEIGHT = 40;
const LEGEND_HEIGHT = 26;
const RADIUS = 8;
const ARROW = 6;
const BADGE_RADIUS = 6.5;
const DASHES = 'stroke-dasharray="5 3"';

const MONO = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace";
const TITLE_SIZE = 18;
const HEADING_SIZE = 15;

const LINE = "#8e99a8";
const PANEL = "#f6f8fa";

interface FamilyStyle {
  readonly name: string;
  readonly stroke: string;
  readonly fill: string;
  readonly ink: string;
}

const FAMILIES: Readonly<Record<OperationFamily, FamilyStyle>> = {
  skip: { name: "skip connection", stroke: "#69758a", fill: "#e9edf2", ink: "#38424f" },
  pool: { name: "pooling", stroke: "#0072b2", fill: "#e0f0fa", ink: "#0a4a70" },
  separable: { name: "separable convolution", stroke: "#c65102", fill: "#fdeee2", ink: "#853600" },
  dilated: { name: "dilated convolution", stroke: "#00795c", fill: "#dff3ec", ink: "#00523e" },
  convolution: { name: "convolution", stroke: "#c65102", fill: "#fdeee2", ink: "#853600" },
  bottleneck: { name: "inverted residual", stroke: "#8a4fa8", fill: "#f3e9f8", ink: "#5b2b75" },
};

/** A standalone SVG image of all panels with a legend. The same diagram and options give the same text. */
export function drawDiagram({ panels, families }: Diagram, options: DiagramDrawingOptions = {}): string {
  const { title, arrangement = "stacked", id = "cells" } = options;
  const layouts = panels.map((panel) => layoutPanel(outlineOf(panel)));
  const isStacked = arrangement === "stacked";
  const least = Math.max(...panels.map(headingWidth)) + 2 * PANEL_PADDING;
  const natural = layouts.map((layout) => Math.max(layout.width + 2 * PANEL_PADDING, least));
  const widths = isStacked ? natural.map(() => Math.max(...natural)) : natural;
  const heights = layouts.map((layout) => layout.height + HEADING_HEIGHT + 2 * PANEL_PADDING);
  const panelHeights = isStacked ? heights : heights.map(() => Math.max(...heights));
  const top = MARGIN + (title === undefined ? 0 : TITLE_HEIGHT);
  const corners = cornersOf(widths, panelHeights, top, isStacked);
  const right = Math.max(...corners.map(({ x }, k) => x + widths[k]!));
  const titleWidth = (title ?? "").length * TITLE_SIZE * SANS_ADVANCE;
  const width = Math.max(right, MARGIN + titleWidth) + MARGIN;
  const hasNegative = panels.some(({ nodes }) => nodes.some(({ terms }) => terms.some((term) => term.isNegative)));
  const joins = panels.some(({ output }) => output.joined.length > 1);
  const items: LegendItem[] = [...families, ...(joins ? ["joined" as const] : [])];
  const legend = legendRows(hasNegative ? [...items, "negative"] : items, width - 2 * MARGIN);
  const legendTop = Math.max(...corners.map(({ y }, k) => y + panelHeights[k]!)) + MARGIN;
  const height = legendTop + legend.length * LEGEND_HEIGHT + MARGIN / 2;

  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${number(width)}" height="${number(height)}" ` +
      `viewBox="0 0 ${number(width)} ${number(height)}" role="img" aria-labelledby="${escaped(id)}-title ${escaped(id)}-desc" ` +
      `font-family="${SANS}" font-size="${TEXT_SIZE}" fill="${INK}">`,
    `<title id="${escaped(id)}-title">${escaped(title ?? "Cells of the network")}</title>`,
    `<desc id="${escaped(id)}-desc">${escaped(panels.map(description).join(" "))}</desc>`,
    `<rect x="0.5" y="0.5" width="${number(width - 1)}" height="${number(height - 1)}" rx="12" fill="${BACKGROUND}" stroke="${BORDER}"/>`,
  ];
  if (title !== undefined) {
    lines.push(text(MARGIN, MARGIN + TITLE_SIZE, title, `font-size="${TITLE_SIZE}" font-weight="600"`));
  }
  for (const [k, panel] of panels.entries()) {
    lines.push(...drawPanel(panel, layouts[k]!, corners[k]!, widths[k]!, panelHeights[k]!));
  }
  lines.push(...legend.flatMap((row, i) => legendRow(row, MARGIN, legendTop + i * LEGEND_HEIGHT)), "</svg>", "");
  return lines.join("\n");
}

interface Corner {
  readonly x: number;
  readonly y: number;
}

/** Where the panels begin, each a margin after the one before. */
function cornersOf(widths: readonly number[], heights: readonly number[], top: number, isStacked: boolean): Corner[] {
  let [x, y] = [MARGIN, top];
  return widths.map((width, k) => {
    const corner = { x, y };
    if (isStacked) y += heights[k]! + MARGIN;
    else x += width + MARGIN;
    return corner;
  });
}

function headingWidth({ name, remark }: DiagramPanel): number {
  return Math.max(name.length * HEADING_SIZE, remark.length * TEXT_SIZE) * SANS_ADVANCE;
}

function description(panel: DiagramPanel): string {
  return `${panel.name}: ${panelEquations(panel).join("; ")}.`;
}

function drawPanel(
  { name, remark, inputs, nodes, output }: DiagramPanel,
  layout: PanelLayout,
  corner: Corner,
  width: number,
  height: number,
): string[] {
  const terms = nodes.flatMap((node) => node.terms);
  const ports = [...inputs, ...nodes, output];
  const styleOf = (operation: number) => FAMILIES[terms[operation]!.family];
  const colourOf = (wire: Wire) => (wire.operation === undefined ? LINE : styleOf(wire.operation).stroke);
  const isDashed = (operation: number | undefined) => operation !== undefined && terms[operation]!.isNegative;
  return [
    `<g transform="translate(${number(corner.x)} ${number(corner.y)})">`,
    `<rect width="${number(width)}" height="${number(height)}" rx="10" fill="${PANEL}"/>`,
    text(PANEL_PADDING, PANEL_PADDING + HEADING_SIZE - 2, name, `font-size="${HEADING_SIZE}" font-weight="600"`),
    text(PANEL_PADDING, PANEL_PADDING + HEADING_SIZE + TEXT_SIZE + 5, remark, `fill="${MUTED}"`),
    `<g transform="translate(${PANEL_PADDING} ${PANEL_PADDING + HEADING_HEIGHT})">`,
    ...[...layout.wires]
      .sort((a, b) => Number(b.kind === "joined") - Number(a.kind === "joined"))
      .map((wire) => wirePath(wire, colourOf(wire), isDashed(wire.operation))),
    ...layout.nodes.map((box) => nodeBox(box, ports[box.source]!)),
    ...layout.operations.map((box, i) => operationBox(box, terms[i]!, isDashed(i))),
    "</g>",
    "</g>",
  ];
}

/** Arrow heads only where a wire ends at a node: through an operation the direction is plain. */
function wirePath({ kind, runs }: Wire, colour: string, isDashed: boolean): string {
  const hasArrow = kind !== "source";
  let path = `M${number(runs[0]!.start)} ${number(runs[0]!.across)}`;
  for (const [i, { across: y, ...run }] of runs.entries()) {
    const isLast = i === runs.length - 1;
    const start = isLast && hasArrow ? run.start - ARROW : run.start;
    const end = isLast && hasArrow ? run.end - ARROW : run.end;
    const before = runs[i - 1];
    if (before !== undefined) {
      const middle = number((before.end + start) / 2);
      path += `C${middle} ${number(before.across)} ${middle} ${number(y)} ${number(start)} ${number(y)}`;
    }
    if (end > start && (i > 0 || runs[0]!.end > runs[0]!.start)) path += `H${number(end)}`;
  }
  const dashes = isDashed ? ` ${DASHES}` : "";
  const line = `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${kind === "joined" ? 1.3 : 1.8}"${dashes}/>`;
  if (!hasArrow) return line;
  const { across, end } = runs.at(-1)!;
  return `${line}<path d="M${number(end)} ${number(across)}l-${ARROW + 1} -3.5v7z" fill="${colour}"/>`;
}

function nodeBox(box: NodeBox, { label, subscript }: DiagramPort): string {
  const isNode = box.kind === "node";
  const frame = isNode ? `fill="${INK}"` : `fill="${BACKGROUND}" stroke="${INK}" stroke-width="1.5"`;
  const below =
    subscript === undefined ? "" : `<tspan font-size="${TEXT_SIZE - 2}" dy="4">${escaped(subscript)}</tspan>`;
  return (
    rectangle(box, RADIUS, frame) +
    `<text x="${number(box.x)}" y="${number(box.y + 4.5)}" text-anchor="middle" font-size="${HEADING_SIZE - 1}" font-weight="600"` +
    `${isNode ? ` fill="${BACKGROUND}"` : ""}>${escaped(label)}${below}</text>`
  );
}

function operationBox(
  box: OperationBox,
  { label, family }: { readonly label: string; readonly family: OperationFamily },
  isDashed: boolean,
): string {
  const style = FAMILIES[family];
  const left = box.x - box.width / 2;
  const name =
    `<text x="${number(left + 28)}" y="${number(box.y + 4)}" font-family="${MONO}" font-size="${TEXT_SIZE}" fill="${style.ink}">` +
    `${escaped(label)}</text>`;
  const frame = `fill="${style.fill}" stroke="${style.stroke}" stroke-width="1.2"${isDashed ? ` ${DASHES}` : ""}`;
  return (
    rectangle(box, box.height / 2, frame) +
    mark(family, left + 16, box.y, style.stroke) +
    name +
    (isDashed ? minusBadge(box.x + box.width / 2 + 3, box.y, style.stroke) : "")
  );
}

/** A minus in a disc, where the wire of an operation with a negative weight leaves it. */
function minusBadge(x: number, y: number, colour: string): string {
  return (
    `<circle cx="${number(x)}" cy="${number(y)}" r="${BADGE_RADIUS}" fill="${BACKGROUND}" stroke="${colour}" stroke-width="1.2"/>` +
    `<path d="M${number(x - 3.5)} ${number(y)}h7" stroke="${colour}" stroke-width="1.8"/>`
  );
}

/** The mark of a family, 10 pixels wide: an arrow, a funnel, a full square of taps, taps with holes between them, wide in its middle. */
function mark(family: OperationFamily, x: number, y: number, colour: string): string {
  const at = `M${number(x)} ${number(y)}`;
  const dots = (step: number, size: number) =>
    [-step, 0, step]
      .flatMap((dy) =>
        [-step, 0, step].map((dx) => `m${number(dx - size / 2)} ${number(dy - size / 2)}h${size}v${size}h-${size}z`),
      )
      .map((square) => at + square)
      .join("");
  if (family === "skip")
    return `<path d="${at}m-5 0h9m-3.5 -3.5l3.5 3.5l-3.5 3.5" fill="none" stroke="${colour}" stroke-width="1.6"/>`;
  if (family === "pool") return `<path d="${at}m-5 -4h10l-5 8.5z" fill="${colour}"/>`;
  if (family === "bottleneck") return `<path d="${at}m-5 -2v4l5 3l5 -3v-4l-5 -3z" fill="${colour}"/>`;
  return `<path d="${family === "dilated" ? dots(4, 2) : dots(3.2, 2.8)}" fill="${colour}"/>`;
}

type LegendItem = OperationFamily | "joined" | "negative";

const OTHER_NAMES = { joined: "joined as output", negative: "negative weight, absorbed" } as const;

function legendName(item: LegendItem): string {
  return item === "joined" || item === "negative" ? OTHER_NAMES[item] : FAMILIES[item].name;
}

function legendWidth(item: LegendItem): number {
  return 24 + legendName(item).length * TEXT_SIZE * SANS_ADVANCE + 16;
}

function legendRows(items: readonly LegendItem[], width: number): LegendItem[][] {
  const rows: LegendItem[][] = [[]];
  let used = 0;
  for (const item of items) {
    if (used + legendWidth(item) > width && used > 0) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)!.push(item);
    used += legendWidth(item);
  }
  return rows;
}

function legendRow(items: readonly LegendItem[], left: number, top: number): string[] {
  let x = left;
  return items.map((item) => {
    const y = top + LEGEND_HEIGHT / 2 - 4;
    const ink = item === "joined" || item === "negative" ? MUTED : FAMILIES[item].ink;
    const drawn = legendSymbol(item, x, y) + text(x + 24, y + 4, legendName(item), `fill="${ink}"`);
    x += legendWidth(item);
    return drawn;
  });
}

function legendSymbol(item: LegendItem, x: number, y: number): string {
  if (item === "negative") return minusBadge(x + 8, y, MUTED);
  if (item !== "joined") return mark(item, x + 8, y, FAMILIES[item].stroke);
  return (
    `<path d="M${number(x)} ${number(y)}h14" stroke="${LINE}" stroke-width="1.2"/>` +
    `<path d="M${number(x + 16)} ${number(y)}l-${ARROW + 1} -3.5v7z" fill="${LINE}"/>`
  );
}

function rectangle(box: Box, radius: number, frame: string): string {
  const { x, y, width, height } = box;
  return (
    `<rect x="${number(x - width / 2)}" y="${number(y - height / 2)}" width="${number(width)}" height="${number(height)}" ` +
    `rx="${number(radius)}" ${frame}/>`
  );
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${number(x)}" y="${number(y)}" ${attributes}>${escaped(content)}</text>`;
}

/** One decimal, without a negative zero: the same text on every machine. */
function number(value: number): string {
  return String(Math.round(value * 10) / 10 + 0);
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
