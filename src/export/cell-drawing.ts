/**
 * @file Both cells of a genotype as one SVG image that stands alone: own background, no scripts, no styles, no fonts but the reader's.
 * Colour tells the family of a primitive, and so do its mark and its name. A pick whose weight was negative has dashed lines and a minus.
 */
import { CELL_INPUT_COUNT, type Genotype, type PrimitiveFamily, primitiveFamily } from "../space/index.ts";
import { type Box, type CellLayout, layoutCell, type NodeBox, type PrimitiveBox, type Wire } from "./cell-layout.ts";
import { type CellWeights, cellEquations } from "./cell-text.ts";

export interface CellDrawingOptions {
  /** Accessible name of the image, also shown above the cells. Default: none shown, "Cells of the network" for the name. */
  readonly title?: string;
  /** Whether the cells stand side by side or one below the other. Default: `stacked`. */
  readonly arrangement?: "beside" | "stacked";
  /** Start of the identifiers in the image, to tell several in one page apart. Default: `cells`. */
  readonly id?: string;
  /** Weights that batch norm absorbed, pick by pick: a negative one is marked, and the legend says so. Default: none. */
  readonly edgeWeights?: CellWeights;
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

const SANS = "system-ui, 'Segoe UI', Helvetica, Arial, 'DejaVu Sans', sans-serif";
const MONO = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace";
/** Widest advance of the sans fonts above, per font size: room for text whose width nobody can know here. */
const SANS_ADVANCE = 0.6;
const TITLE_SIZE = 18;
const HEADING_SIZE = 15;
const TEXT_SIZE = 12;

const INK = "#1f2733";
const MUTED = "#5b6675";
const LINE = "#8e99a8";
const BACKGROUND = "#ffffff";
const PANEL = "#f6f8fa";
const BORDER = "#d5dce4";

interface FamilyStyle {
  readonly name: string;
  readonly stroke: string;
  readonly fill: string;
  readonly ink: string;
}

const FAMILIES: Readonly<Record<PrimitiveFamily, FamilyStyle>> = {
  skip: { name: "skip connection", stroke: "#69758a", fill: "#e9edf2", ink: "#38424f" },
  pool: { name: "pooling", stroke: "#0072b2", fill: "#e0f0fa", ink: "#0a4a70" },
  separable: { name: "separable convolution", stroke: "#c65102", fill: "#fdeee2", ink: "#853600" },
  dilated: { name: "dilated convolution", stroke: "#00795c", fill: "#dff3ec", ink: "#00523e" },
};

/** A standalone SVG image of both cells with a legend. The same genotype and options give the same text. */
export function drawCells(genotype: Genotype, options: CellDrawingOptions = {}): string {
  const { title, arrangement = "stacked", id = "cells", edgeWeights = { normal: [], reduce: [] } } = options;
  const layouts = [
    layoutCell(genotype.normal, genotype.normalConcat),
    layoutCell(genotype.reduce, genotype.reduceConcat),
  ] as const;
  const isStacked = arrangement === "stacked";
  const least = headingWidth(HEADINGS.reduce) + 2 * PANEL_PADDING;
  const natural = layouts.map((layout) => Math.max(layout.width + 2 * PANEL_PADDING, least));
  const widths = isStacked ? natural.map(() => Math.max(...natural)) : natural;
  const heights = layouts.map((layout) => layout.height + HEADING_HEIGHT + 2 * PANEL_PADDING);
  const panelHeights = isStacked ? heights : heights.map(() => Math.max(...heights));
  const top = MARGIN + (title === undefined ? 0 : TITLE_HEIGHT);
  const second = isStacked
    ? { x: MARGIN, y: top + panelHeights[0]! + MARGIN }
    : { x: MARGIN + widths[0]! + MARGIN, y: top };
  const titleWidth = (title ?? "").length * TITLE_SIZE * SANS_ADVANCE;
  const width = Math.max(second.x + widths[1]!, MARGIN + titleWidth) + MARGIN;
  const hasNegative = [edgeWeights.normal, edgeWeights.reduce].some((weights) => Array.from(weights).some(isNegative));
  const legend = legendRows(hasNegative ? [...LEGEND, "negative"] : LEGEND, width - 2 * MARGIN);
  const legendTop = second.y + panelHeights[1]! + MARGIN;
  const height = legendTop + legend.length * LEGEND_HEIGHT + MARGIN / 2;

  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${number(width)}" height="${number(height)}" ` +
      `viewBox="0 0 ${number(width)} ${number(height)}" role="img" aria-labelledby="${escaped(id)}-title ${escaped(id)}-desc" ` +
      `font-family="${SANS}" font-size="${TEXT_SIZE}" fill="${INK}">`,
    `<title id="${escaped(id)}-title">${escaped(title ?? "Cells of the network")}</title>`,
    `<desc id="${escaped(id)}-desc">${escaped(description(genotype, edgeWeights))}</desc>`,
    `<rect x="0.5" y="0.5" width="${number(width - 1)}" height="${number(height - 1)}" rx="12" fill="${BACKGROUND}" stroke="${BORDER}"/>`,
  ];
  if (title !== undefined) {
    lines.push(text(MARGIN, MARGIN + TITLE_SIZE, title, `font-size="${TITLE_SIZE}" font-weight="600"`));
  }
  const first = { x: MARGIN, y: top };
  lines.push(...panel(HEADINGS.normal, layouts[0], edgeWeights.normal, first, widths[0]!, panelHeights[0]!));
  lines.push(...panel(HEADINGS.reduce, layouts[1], edgeWeights.reduce, second, widths[1]!, panelHeights[1]!));
  lines.push(...legend.flatMap((row, i) => legendRow(row, MARGIN, legendTop + i * LEGEND_HEIGHT)), "</svg>", "");
  return lines.join("\n");
}

interface Heading {
  readonly name: string;
  readonly remark: string;
}

const HEADINGS = {
  normal: { name: "Normal cell", remark: "keeps the resolution" },
  reduce: { name: "Reduction cell", remark: "halves the resolution at its inputs" },
} as const;

function headingWidth({ name, remark }: Heading): number {
  return Math.max(name.length * HEADING_SIZE, remark.length * TEXT_SIZE) * SANS_ADVANCE;
}

function isNegative(weight: number | undefined): boolean {
  return weight !== undefined && weight < 0;
}

function description(genotype: Genotype, edgeWeights: CellWeights): string {
  const normal = cellEquations(genotype.normal, genotype.normalConcat, edgeWeights.normal).join("; ");
  const reduce = cellEquations(genotype.reduce, genotype.reduceConcat, edgeWeights.reduce).join("; ");
  return `Normal cell: ${normal}. Reduction cell: ${reduce}.`;
}

function panel(
  heading: Heading,
  layout: CellLayout,
  edgeWeights: ArrayLike<number>,
  corner: { readonly x: number; readonly y: number },
  width: number,
  height: number,
): string[] {
  const styles = layout.primitives.map(({ primitive }) => FAMILIES[primitiveFamily(primitive)]);
  const colourOf = (wire: Wire) => (wire.primitive === undefined ? LINE : styles[wire.primitive]!.stroke);
  const isDashed = (pick: number | undefined) => pick !== undefined && isNegative(edgeWeights[pick]);
  return [
    `<g transform="translate(${number(corner.x)} ${number(corner.y)})">`,
    `<rect width="${number(width)}" height="${number(height)}" rx="10" fill="${PANEL}"/>`,
    text(
      PANEL_PADDING,
      PANEL_PADDING + HEADING_SIZE - 2,
      heading.name,
      `font-size="${HEADING_SIZE}" font-weight="600"`,
    ),
    text(PANEL_PADDING, PANEL_PADDING + HEADING_SIZE + TEXT_SIZE + 5, heading.remark, `fill="${MUTED}"`),
    `<g transform="translate(${PANEL_PADDING} ${PANEL_PADDING + HEADING_HEIGHT})">`,
    ...[...layout.wires]
      .sort((a, b) => Number(b.kind === "concat") - Number(a.kind === "concat"))
      .map((wire) => wirePath(wire, colourOf(wire), isDashed(wire.primitive))),
    ...layout.nodes.map(nodeBox),
    ...layout.primitives.map((box, i) => primitiveBox(box, styles[i]!, isDashed(i))),
    "</g>",
    "</g>",
  ];
}

/** Arrow heads only where a wire ends at a node: through a primitive the direction is plain. */
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
  const line = `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${kind === "concat" ? 1.3 : 1.8}"${dashes}/>`;
  if (!hasArrow) return line;
  const { across, end } = runs.at(-1)!;
  return `${line}<path d="M${number(end)} ${number(across)}l-${ARROW + 1} -3.5v7z" fill="${colour}"/>`;
}

function nodeBox(box: NodeBox): string {
  const isNode = box.kind === "node";
  const label = isNode
    ? String(box.source - CELL_INPUT_COUNT)
    : subscripted(box.kind === "output" ? "k" : `k−${CELL_INPUT_COUNT - box.source}`);
  const frame = isNode ? `fill="${INK}"` : `fill="${BACKGROUND}" stroke="${INK}" stroke-width="1.5"`;
  return (
    rectangle(box, RADIUS, frame) +
    `<text x="${number(box.x)}" y="${number(box.y + 4.5)}" text-anchor="middle" font-size="${HEADING_SIZE - 1}" font-weight="600"` +
    `${isNode ? ` fill="${BACKGROUND}"` : ""}>${label}</text>`
  );
}

function subscripted(index: string): string {
  return `c<tspan font-size="${TEXT_SIZE - 2}" dy="4">${index}</tspan>`;
}

function primitiveBox(box: PrimitiveBox, style: FamilyStyle, isDashed: boolean): string {
  const left = box.x - box.width / 2;
  const label =
    `<text x="${number(left + 28)}" y="${number(box.y + 4)}" font-family="${MONO}" font-size="${TEXT_SIZE}" fill="${style.ink}">` +
    `${box.primitive}</text>`;
  const frame = `fill="${style.fill}" stroke="${style.stroke}" stroke-width="1.2"${isDashed ? ` ${DASHES}` : ""}`;
  return (
    rectangle(box, box.height / 2, frame) +
    mark(primitiveFamily(box.primitive), left + 16, box.y, style.stroke) +
    label +
    (isDashed ? minusBadge(box.x + box.width / 2 + 3, box.y, style.stroke) : "")
  );
}

/** A minus in a disc, where the wire of a pick with a negative weight leaves it. */
function minusBadge(x: number, y: number, colour: string): string {
  return (
    `<circle cx="${number(x)}" cy="${number(y)}" r="${BADGE_RADIUS}" fill="${BACKGROUND}" stroke="${colour}" stroke-width="1.2"/>` +
    `<path d="M${number(x - 3.5)} ${number(y)}h7" stroke="${colour}" stroke-width="1.8"/>`
  );
}

/** The mark of a family, 10 pixels wide: an arrow, a funnel, a full square of taps, taps with holes between them. */
function mark(family: PrimitiveFamily, x: number, y: number, colour: string): string {
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
  return `<path d="${family === "separable" ? dots(3.2, 2.8) : dots(4, 2)}" fill="${colour}"/>`;
}

type LegendItem = PrimitiveFamily | "concat" | "negative";

const LEGEND: readonly LegendItem[] = ["skip", "pool", "separable", "dilated", "concat"];
const OTHER_NAMES = { concat: "joined as output", negative: "negative weight, absorbed" } as const;

function legendName(item: LegendItem): string {
  return item === "concat" || item === "negative" ? OTHER_NAMES[item] : FAMILIES[item].name;
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
    const ink = item === "concat" || item === "negative" ? MUTED : FAMILIES[item].ink;
    const drawn = legendSymbol(item, x, y) + text(x + 24, y + 4, legendName(item), `fill="${ink}"`);
    x += legendWidth(item);
    return drawn;
  });
}

function legendSymbol(item: LegendItem, x: number, y: number): string {
  if (item === "negative") return minusBadge(x + 8, y, MUTED);
  if (item !== "concat") return mark(item, x + 8, y, FAMILIES[item].stroke);
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
