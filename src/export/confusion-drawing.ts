/**
 * @file A confusion matrix as one SVG image that stands alone. A field is the darker the larger its share of the images of its row, green where they are
 * right and orange where they are not. Many classes have small fields and no names.
 */
import { printableText } from "../files/index.ts";
import type { ConfusionField, ConfusionMatrix } from "../statistics/index.ts";
import { BACKGROUND, BORDER, INK, MUTED, SANS, SANS_ADVANCE, TEXT_SIZE } from "./drawing-style.ts";

export interface ConfusionDrawing {
  readonly svg: string;
  /** Dots per inch that suit it, of which the image itself has 96. */
  readonly density: number;
}

/** Up to as many classes fields have numbers, and rows and columns names. */
const MOST_NAMED = 40;
/** Letters of a name. */
const LONGEST_NAME = 24;
const FIELD = 38;
const MARGIN = 16;

/** Pixels of a side with many classes, about. */
const SMALL_SIDE = 1000;
/** Tones of one colour with many classes. */
const TONES = 16;
/** A field with images is never as pale as one without. */
const PALEST = 0.08;

const RIGHT = "#00795c";
const WRONG = "#c65102";

/** The same matrix and names give the same text. */
export function drawConfusion(matrix: ConfusionMatrix, classNames: readonly string[]): ConfusionDrawing {
  return matrix.classCount <= MOST_NAMED
    ? { svg: drawNamed(matrix, classNames), density: 192 }
    : { svg: drawSmall(matrix), density: 96 };
}

function drawNamed(matrix: ConfusionMatrix, classNames: readonly string[]): string {
  const names = classNames.map(shortName);
  const room = Math.max(...names.map((name) => [...name].length)) * TEXT_SIZE * SANS_ADVANCE + 8;
  const [left, top] = [MARGIN + TEXT_SIZE + 8 + room, MARGIN + TEXT_SIZE + 8 + room];
  const side = FIELD * names.length;
  const middle = FIELD / 2;
  const baseline = middle + TEXT_SIZE / 3;
  return frame(left + side + MARGIN, top + side + MARGIN, [
    label(left + side / 2, MARGIN + TEXT_SIZE, "taken for", `text-anchor="middle" fill="${MUTED}"`),
    label(0, 0, "is", turned(MARGIN + TEXT_SIZE, top + side / 2, `text-anchor="middle" fill="${MUTED}"`)),
    ...names.flatMap((name, index) => [
      label(left - 8, top + FIELD * index + baseline, name, 'text-anchor="end"'),
      label(0, 0, name, turned(left + FIELD * index + baseline, top - 8, "")),
    ]),
    `<rect x="${left}" y="${top}" width="${side}" height="${side}" fill="none" stroke="${BORDER}"/>`,
    ...inOrder(matrix.fields()).flatMap((field) => {
      const [x, y] = [left + FIELD * field.prediction, top + FIELD * field.label];
      const strength = strengthOf(matrix, field);
      const ink = strength > 0.7 ? BACKGROUND : INK;
      const size = Math.min(TEXT_SIZE, (FIELD - 4) / SANS_ADVANCE / String(field.images).length);
      return [
        `<rect x="${x}" y="${y}" width="${FIELD}" height="${FIELD}" fill="${colourOf(field)}" fill-opacity="${strength.toFixed(3)}"/>`,
        label(
          x + middle,
          y + baseline,
          String(field.images),
          `text-anchor="middle" fill="${ink}" font-size="${size.toFixed(1)}"`,
        ),
      ];
    }),
  ]);
}

/** One path for all fields of a tone. */
function drawSmall(matrix: ConfusionMatrix): string {
  const size = Math.max(1, Math.floor(SMALL_SIDE / matrix.classCount));
  const paths = new Map<string, string[]>();
  for (const field of inOrder(matrix.fields())) {
    const tone = Math.ceil(strengthOf(matrix, field) * TONES) / TONES;
    const look = `fill="${colourOf(field)}" fill-opacity="${tone}"`;
    const path = paths.get(look) ?? [];
    path.push(`M${size * field.prediction} ${size * field.label}h${size}v${size}h-${size}z`);
    paths.set(look, path);
  }
  const side = size * matrix.classCount;
  return frame(side, side, [
    '<g shape-rendering="crispEdges">',
    ...Array.from(paths, ([look, path]) => `<path ${look} d="${path.join("")}"/>`),
    "</g>",
  ]);
}

function frame(width: number, height: number, lines: readonly string[]): string {
  const head =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" ` +
    `aria-label="Confusion matrix" font-family="${SANS}" font-size="${TEXT_SIZE}" fill="${INK}">`;
  const ground = `<rect width="${width}" height="${height}" fill="${BACKGROUND}"/>`;
  return [head, ground, ...lines, "</svg>", ""].join("\n");
}

function inOrder(fields: readonly ConfusionField[]): readonly ConfusionField[] {
  return fields.toSorted((a, b) => a.label - b.label || a.prediction - b.prediction);
}

function strengthOf(matrix: ConfusionMatrix, { label, images }: ConfusionField): number {
  return Math.max(PALEST, images / matrix.labelled[label]!);
}

function colourOf({ label, prediction }: ConfusionField): string {
  return label === prediction ? RIGHT : WRONG;
}

function turned(x: number, y: number, attributes: string): string {
  return `transform="translate(${x} ${y}) rotate(-90)" ${attributes}`;
}

function label(x: number, y: number, content: string, attributes: string): string {
  const text = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return `<text x="${x}" y="${y}" ${attributes}>${text}</text>`;
}

/** Without what XML does not allow. */
function shortName(name: string): string {
  const letters = [...printableText(name).replace(/[\ufffe\uffff]/g, "\ufffd")];
  return letters.length <= LONGEST_NAME ? letters.join("") : `${letters.slice(0, LONGEST_NAME - 1).join("")}…`;
}
