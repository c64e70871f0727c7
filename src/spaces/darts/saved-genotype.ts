/**
 * @file The genotype as plain data for files, with the keys of the published code. A cell whose nodes all keep two entries is
 * one flat list, as DARTS code has it; any other cell is one list per node.
 */
import { z } from "zod";
import type { Connection } from "./connection.ts";
import { assertGenotype, type CellGenotype, type Genotype, genotypeError } from "./genotype.ts";
import { parsePrimitive } from "./primitive.ts";

/** A primitive's name and its source. */
export type SavedEntry = readonly [string, number];
/** Flat, two entries per node, or one list per node. */
export type SavedCell = readonly SavedEntry[] | readonly (readonly SavedEntry[])[];

export interface SavedGenotype {
  readonly normal: SavedCell;
  readonly normal_concat: readonly number[];
  readonly reduce: SavedCell;
  readonly reduce_concat: readonly number[];
}

const FLAT_ENTRIES = 2;

const LONGEST_EXCERPT = 60;

const entrySchema = z.tuple([z.string(), z.int()]);
const cellSchema = z.union([z.array(entrySchema), z.array(z.array(entrySchema))], {
  error: got("a list of [primitive, source] pairs, two per node, or one such list per node"),
});
const concatSchema = z.array(z.int(), { error: got("a list of node numbers") });

/** Shape of a saved genotype, for schemas of files that hold one. Names and sources are checked by `fromSavedGenotype`. */
export const savedGenotypeSchema: z.ZodType<SavedGenotype> = z.strictObject(
  { normal: cellSchema, normal_concat: concatSchema, reduce: cellSchema, reduce_concat: concatSchema },
  { error: got("an object with the keys normal, normal_concat, reduce and reduce_concat") },
);

/** The plain data of a genotype. */
export function toSavedGenotype(genotype: Genotype): SavedGenotype {
  return {
    normal: toSavedCell(genotype.normal),
    normal_concat: [...genotype.normalConcat],
    reduce: toSavedCell(genotype.reduce),
    reduce_concat: [...genotype.reduceConcat],
  };
}

/** Whether the cell is written as one flat list. */
export function isFlatCell(cell: SavedCell): cell is readonly SavedEntry[] {
  return typeof cell[0]?.[0] === "string";
}

/**
 * The genotype in plain data. Throws `E_GENOTYPE_SHAPE` (missing or unknown keys, not lists of pairs), `E_GENOTYPE_ENTRIES`,
 * `E_GENOTYPE_SOURCE`, `E_GENOTYPE_DUPLICATE`, `E_GENOTYPE_CONCAT`, `E_PRIMITIVE` and `E_PRIMITIVE_NONE`.
 */
export function fromSavedGenotype(value: unknown): Genotype {
  const result = savedGenotypeSchema.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    throw genotypeError("E_GENOTYPE_SHAPE", `${["shape", ...issue.path].join(" ")}: ${issue.message}`);
  }
  const genotype: Genotype = {
    normal: fromSavedCell("normal", result.data.normal),
    normalConcat: result.data.normal_concat,
    reduce: fromSavedCell("reduce", result.data.reduce),
    reduceConcat: result.data.reduce_concat,
  };
  assertGenotype(genotype);
  return genotype;
}

function toSavedCell(cell: CellGenotype): SavedCell {
  const nodes = cell.map((entries) => entries.map(({ primitive, source }): SavedEntry => [primitive, source]));
  return nodes.every((entries) => entries.length === FLAT_ENTRIES) ? nodes.flat() : nodes;
}

function fromSavedCell(name: string, cell: SavedCell): CellGenotype {
  if (!isFlatCell(cell)) {
    return (cell as readonly (readonly SavedEntry[])[]).map((entries, node) =>
      entries.map((entry) => toCandidate(name, node, entry)),
    );
  }
  if (cell.length % FLAT_ENTRIES !== 0) {
    throw genotypeError(
      "E_GENOTYPE_ENTRIES",
      `${name}: wrong number of entries, got ${cell.length}, expected an even number, two per node`,
      "write one list of entries per node if nodes keep other numbers than two",
    );
  }
  return Array.from({ length: cell.length / FLAT_ENTRIES }, (_, node) =>
    cell.slice(FLAT_ENTRIES * node, FLAT_ENTRIES * (node + 1)).map((entry) => toCandidate(name, node, entry)),
  );
}

function toCandidate(name: string, node: number, [text, source]: SavedEntry): Connection {
  return { primitive: parsePrimitive(text, `genotype ${name} node ${node}`), source };
}

/** Message of a failed schema: what was found, in short, and what was expected. */
function got(
  expected: string,
): (issue: { readonly code?: string; readonly input?: unknown; readonly keys?: unknown }) => string {
  return ({ code, input, keys }) => {
    const found =
      code === "unrecognized_keys" ? `also the keys ${JSON.stringify(keys)}` : (JSON.stringify(input) ?? "nothing");
    const excerpt = found.length > LONGEST_EXCERPT ? `${found.slice(0, LONGEST_EXCERPT)}...` : found;
    return `got ${excerpt}, expected ${expected}`;
  };
}
