/** @file Genotypes as text: the `Genotype(...)` call that DARTS code reads and prints, and JSON with the same keys. */
import type { Genotype } from "./genotype.ts";
import { parseLiteral } from "./literal.ts";
import { fromSavedGenotype, isFlatCell, type SavedCell, type SavedEntry, toSavedGenotype } from "./saved-genotype.ts";

/**
 * The genotype written in `text`, as JSON or as a `Genotype(...)` call, either with or without `NAME =` in front.
 * Throws `E_GENOTYPE_SYNTAX` with line and column, and all that `fromSavedGenotype` throws.
 */
export function parseGenotype(text: string): Genotype {
  return fromSavedGenotype(parseLiteral(text));
}

/** JSON, one line per key, ending in a line feed. */
export function formatGenotypeJson(genotype: Genotype): string {
  const lines = Object.entries(toSavedGenotype(genotype)).map(
    ([key, value]) => `  "${key}": ${spaced(JSON.stringify(value))}`,
  );
  return `{\n${lines.join(",\n")}\n}\n`;
}

/**
 * The line that DARTS code prints and reads: `Genotype(normal=[('sep_conv_3x3', 0), ...], ...)`, with `name =` in front if given.
 * A cell whose nodes do not all keep two entries comes as one list per node, which only `parseGenotype` reads.
 */
export function formatGenotypeText(genotype: Genotype, name?: string): string {
  const saved = toSavedGenotype(genotype);
  const parts = [
    `normal=${cellText(saved.normal)}`,
    `normal_concat=${concatText(saved.normal_concat)}`,
    `reduce=${cellText(saved.reduce)}`,
    `reduce_concat=${concatText(saved.reduce_concat)}`,
  ];
  return `${name === undefined ? "" : `${name} = `}Genotype(${parts.join(", ")})`;
}

function spaced(json: string): string {
  return json.replaceAll(",", ", ");
}

function cellText(cell: SavedCell): string {
  if (isFlatCell(cell)) return entriesText(cell);
  return `[${(cell as readonly (readonly SavedEntry[])[]).map(entriesText).join(", ")}]`;
}

function entriesText(entries: readonly SavedEntry[]): string {
  return `[${entries.map(([primitive, source]) => `('${primitive}', ${source})`).join(", ")}]`;
}

function concatText(concat: readonly number[]): string {
  const first = concat[0]!;
  const isRange = concat.length > 1 && concat.every((index, i) => index === first + i);
  return isRange ? `range(${first}, ${first + concat.length})` : `[${concat.join(", ")}]`;
}
