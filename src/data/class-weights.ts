/**
 * @file How much the images of each class count in the loss. Weights are scaled so that their mean over the training images is 1: rates and bounds of the loss
 * then mean what they mean without weights.
 */
import { IstaNasError } from "../error.ts";
import { parseJson, readInputFile, UnreadableFile } from "../files/index.ts";

/** Bytes: 65,536 names. */
const LARGEST_FILE = 16 * 2 ** 20;
const LISTED = 5;

/** Classes, and the training images of each. */
export interface CountedClasses {
  readonly classNames: readonly string[];
  /** All above 0. */
  readonly counts: readonly number[];
}

/** Weights in inverse proportion to the images of each class, N / (K n): all classes together weigh the same. */
export function balancedClassWeights({ counts }: Pick<CountedClasses, "counts">): readonly number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => total / (counts.length * count));
}

/**
 * The weights in a file, a JSON object of class names and numbers above 0, or CSV with a class and its weight a line (a first line `class,weight` is passed
 * over), in the order of the classes, scaled.
 * @throws E_CLASS_WEIGHTS for a file that cannot be read or is neither, for a class that the data lack, that is missing or given twice, and for a weight
 * that is no number above 0
 */
export function readClassWeights(path: string, { classNames, counts }: CountedClasses): readonly number[] {
  const given = parseClassWeights(read(path), path);
  const known = new Map(classNames.map((name, index) => [name.normalize(), index]));
  const weights = new Map<number, number>();
  for (const [name, weight] of given) {
    const index = known.get(name.normalize());
    if (index === undefined) {
      throw wrong(path, `class got ${JSON.stringify(name)}, expected one of ${some(classNames)}`);
    }
    if (weights.has(index)) throw wrong(path, `class ${JSON.stringify(name)}: got it twice, expected it once`);
    weights.set(index, weight);
  }
  const missing = classNames.filter((_, index) => !weights.has(index));
  if (missing.length > 0) throw wrong(path, `got no weight of ${some(missing)}, expected one for each class`);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const mean = counts.reduce((sum, count, index) => sum + count * (weights.get(index)! / total), 0);
  const scaled = classNames.map((_, index) => weights.get(index)! / mean);
  if (scaled.every((weight) => weight > 0 && Number.isFinite(weight))) return scaled;
  throw wrong(path, "got weights too far apart to be scaled, expected numbers of like size");
}

/** Names and weights in the order of the file, whose text is JSON if it begins with a brace, else CSV. Throws `E_CLASS_WEIGHTS`; `path` names the file. */
function parseClassWeights(text: string, path: string): readonly (readonly [name: string, weight: number])[] {
  const rows = text.trimStart().startsWith("{") ? jsonRows(text, path) : csvRows(text, path);
  return rows.map(([name, value]) => {
    const weight = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof weight === "number" && weight > 0 && Number.isFinite(weight)) return [name, weight];
    throw wrong(
      path,
      `class ${JSON.stringify(name)}: weight got ${typeof value === "string" ? JSON.stringify(value) : value}, expected a number above 0`,
    );
  });
}

function jsonRows(text: string, path: string): readonly (readonly [string, unknown])[] {
  const value = parseJson(text, { wrong: (fault) => wrong(path, fault.message) });
  return Object.entries(value as object).map(([name, weight]) => {
    if (typeof weight === "number") return [name, weight];
    throw wrong(path, `class ${JSON.stringify(name)}: weight got ${typeof weight}, expected a number above 0`);
  });
}

/** A name may hold commas: the weight comes after the last one. Quotes around a name are taken off, two within are one. */
function csvRows(text: string, path: string): readonly (readonly [string, string])[] {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const rows = lines.flatMap((line, index): (readonly [string, string])[] => {
    if (line.trim() === "" || (index === 0 && /^\s*"?class"?\s*,\s*"?weight"?\s*$/i.test(line))) return [];
    const comma = line.lastIndexOf(",");
    if (comma < 0)
      throw wrong(path, `line ${index + 1}: got ${JSON.stringify(line.slice(0, 100))}, expected CLASS,WEIGHT`);
    const name = line.slice(0, comma).trim();
    const isQuoted = name.length > 1 && name.startsWith('"') && name.endsWith('"');
    return [[isQuoted ? name.slice(1, -1).replaceAll('""', '"') : name, line.slice(comma + 1)]];
  });
  if (rows.length === 0) throw wrong(path, "got no weights, expected some");
  return rows;
}

function read(path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readInputFile(path, LARGEST_FILE));
  } catch (cause) {
    throw wrong(path, cause instanceof UnreadableFile ? cause.message : "got bytes that are no UTF-8", cause);
  }
}

function wrong(path: string, what: string, cause?: unknown): IstaNasError {
  return new IstaNasError(`--class-weights ${path}: ${what}`, {
    code: "E_CLASS_WEIGHTS",
    kind: "usage",
    hint: 'give none, balanced, or a file such as {"cat": 1, "dog": 2.5}, or lines such as cat,1',
    cause,
  });
}

function some(names: readonly string[]): string {
  const more = names.length - LISTED;
  return `${names.slice(0, LISTED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
