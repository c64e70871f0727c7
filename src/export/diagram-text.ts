/** @file A diagram as lines of plain text, one equation a node, for terminals and for screen readers. */
import type { Diagram, DiagramPanel, OperationFamily } from "../spaces/index.ts";

export interface DiagramTextOptions {
  /** Columns of the terminal. Two panels stand side by side where both fit. Default: 80. */
  readonly width?: number;
  /** Whether to colour operations by family and to set headings in bold, with ANSI escapes. Default: false. */
  readonly colour?: boolean;
}

const GAP = "    ";
const INDENT = "  ";
const ESCAPE = "\u001b[";
const FAMILY_COLOURS: Readonly<Record<OperationFamily, string>> = {
  pool: "34",
  skip: "90",
  separable: "33",
  dilated: "32",
  convolution: "33",
  bottleneck: "35",
};

/**
 * Each node of a panel as an equation, then its output: `node 0 = skip_connect(c[k-2]) - dil_conv_3x3(c[k-1])`, with a minus before an operation
 * whose absorbed weight is negative.
 */
export function panelEquations(panel: DiagramPanel): readonly string[] {
  return equations(panel).map(({ name, terms }) => {
    const [first, ...rest] = terms;
    return `${name} = ${first!.isNegative ? "-" : ""}${first!.text}${rest.map(following).join("")}`;
  });
}

/**
 * All panels, one line a node, terms aligned; two of them side by side if `width` allows, else one below the other, and with one term per
 * line if even that is too wide. Ends without a line feed.
 */
export function formatDiagram(diagram: Diagram, options: DiagramTextOptions = {}): string {
  const { width = 80, colour = false } = options;
  const rows = diagram.panels.map(equations);
  const form = (isNarrow: boolean) =>
    diagram.panels.map(({ name }, k) => panelLines(name.toLowerCase(), rows[k]!, isNarrow));
  const panels = form(false);
  const hasNegative = rows.flat().some(({ terms }) => terms.some(({ isNegative }) => isNegative));
  const legend = hasNegative ? ["", "minus: a negative weight, absorbed"] : [];
  const lines = besideIfTheyFit(panels, width) ?? stacked(widthOf(panels) > width ? form(true) : panels);
  const text = [...lines, ...legend].join("\n");
  return colour ? coloured(text, diagram) : text;
}

interface Term {
  readonly text: string;
  readonly isNegative: boolean;
}

interface Equation {
  readonly name: string;
  readonly terms: readonly Term[];
}

function equations({ inputs, nodes, output }: DiagramPanel): Equation[] {
  const names = [...inputs, ...nodes].map(({ name }) => name);
  const sums = nodes.map(({ name, terms }) => ({
    name,
    terms:
      terms.length === 0
        ? [{ text: "0", isNegative: false }]
        : terms.map(({ label, source, isNegative }) => ({ text: `${label}(${names[source]})`, isNegative })),
  }));
  const joined = output.joined.map((source) => names[source]!);
  const text = joined.length === 1 ? joined[0]! : `concat(${listed(joined)})`;
  return [...sums, { name: output.name, terms: [{ text, isNegative: false }] }];
}

/** `nodes 0, 1, 2` for `node 0`, `node 1`, `node 2`. */
function listed(names: readonly string[]): string {
  const word = names[0]!.split(" ")[0]!;
  if (!names.every((name) => name.startsWith(`${word} `))) return names.join(", ");
  return `${word}s ${names.map((name) => name.slice(word.length + 1)).join(", ")}`;
}

/** A term that is not the first of its node, with its sign. */
function following({ text, isNegative }: Term): string {
  return ` ${isNegative ? "-" : "+"} ${text}`;
}

/** Heading and equations. A sign before a first term has a column. */
function panelLines(heading: string, rows: readonly Equation[], isNarrow: boolean): string[] {
  const nameWidth = Math.max(...rows.map(({ name }) => name.length));
  const hasSigns = rows.some(({ terms }) => terms[0]!.isNegative);
  const lines = rows.flatMap(({ name, terms: [first, ...rest] }) => {
    const sign = hasSigns ? (first!.isNegative ? "-" : " ") : "";
    const start = `${INDENT}${name.padEnd(nameWidth)} = ${sign}`;
    if (!isNarrow) return [`${start}${first!.text}${rest.map(following).join("")}`];
    return [start + first!.text, ...rest.map((term) => " ".repeat(start.length - 3) + following(term))];
  });
  return [heading, ...lines];
}

function widthOf(panels: readonly (readonly string[])[]): number {
  return Math.max(...panels.flat().map((line) => line.length));
}

function stacked(panels: readonly (readonly string[])[]): readonly string[] {
  return panels.flatMap((panel, k) => (k === 0 ? panel : ["", ...panel]));
}

/** Two panels side by side; null for another number of them, or where there is no room. */
function besideIfTheyFit([left, right, ...others]: readonly (readonly string[])[], width: number): string[] | null {
  if (left === undefined || right === undefined || others.length > 0) return null;
  const leftWidth = widthOf([left]);
  if (leftWidth + GAP.length + widthOf([right]) > width) return null;
  return Array.from({ length: Math.max(left.length, right.length) }, (_, row) => {
    return `${(left[row] ?? "").padEnd(leftWidth)}${GAP}${right[row] ?? ""}`.trimEnd();
  });
}

function coloured(text: string, { panels }: Diagram): string {
  const families = new Map(panels.flatMap(({ nodes }) => nodes.flatMap(familiesOf)));
  const headings = panels.map(({ name }) => name.toLowerCase());
  const bold = text.replace(pattern(headings), (heading) => `${ESCAPE}1m${heading}${ESCAPE}22m`);
  return bold.replace(
    pattern([...families.keys()]),
    (label) => `${ESCAPE}${FAMILY_COLOURS[families.get(label)!]}m${label}${ESCAPE}39m`,
  );
}

function familiesOf({ terms }: DiagramPanel["nodes"][number]): readonly (readonly [string, OperationFamily])[] {
  return terms.map(({ label, family }) => [label, family] as const);
}

/** Any of `words`, the longest first; nothing where there are none. */
function pattern(words: readonly string[]): RegExp {
  const escaped = [...words].sort((a, b) => b.length - a.length).map((word) => word.replace(/[^\w ]/g, "\\$&"));
  return new RegExp(escaped.length === 0 ? "(?!)" : escaped.join("|"), "g");
}
