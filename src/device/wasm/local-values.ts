/**
 * @file Values that live in the scratch of a thread, only for the group of images that it works on: those that are written and read by
 * instructions by images with nothing else between them. They never leave the cache.
 */
import { Arena, alignBytes, elementCount, type Value, ValueTable } from "../../graph/index.ts";
import type { DraftCall, DraftProgram } from "./draft-program.ts";
import { groupCount } from "./instruction.ts";
import { addValues } from "./operand.ts";

export interface LocalValues {
  /** Byte offset of each such value in the part of the scratch that is theirs, by value id. */
  readonly offsets: Pick<ValueTable<number>, "get" | "has">;
  readonly bytes: number;
}

/** Instructions by images that follow each other, by position: [first, end). */
interface Run {
  readonly first: number;
  readonly end: number;
  readonly images: number;
}

/** `kept`: values that are read after the run of the program. */
export function localValues(
  program: DraftProgram,
  touched: readonly (readonly Value[])[],
  kept: readonly Value[],
): LocalValues {
  const outside = new ValueTable<true>();
  for (const { id } of kept) outside.set(id, true);
  const runs = runsOf(program.calls);
  const runOf: (Run | undefined)[] = program.calls.map(() => undefined);
  for (const run of runs) runOf.fill(run, run.first, run.end);
  const homes = new ValueTable<Run>();
  const listed = listedIds(program.calls);
  for (let position = 0; position < touched.length; position++) {
    const run = runOf[position];
    for (const { id, role, shape } of touched[position]!) {
      const home = homes.get(id) ?? run;
      const isLocal =
        run !== undefined && home === run && role === "computed" && shape[0] === run.images && !listed.has(id);
      if (isLocal) homes.set(id, run);
      else outside.set(id, true);
    }
  }
  const offsets = new ValueTable<number>();
  let bytes = 0;
  for (const run of runs) bytes = Math.max(bytes, placeRun(run, touched, outside, offsets));
  return { offsets, bytes };
}

function placeRun(
  { first, end, images }: Run,
  touched: readonly (readonly Value[])[],
  outside: ValueTable<true>,
  offsets: ValueTable<number>,
): number {
  const arena = new Arena();
  const groupImages = Math.ceil(images / groupCount(images));
  const bytesOf = ({ shape }: Value) => alignBytes((elementCount(shape) / images) * groupImages * 4);
  // Of values that live elsewhere there is nothing to know.
  const lastUse = new Map<number, number>();
  for (let position = first; position < end; position++) {
    for (const { id } of touched[position]!) if (!outside.has(id)) lastUse.set(id, position);
  }
  for (let position = first; position < end; position++) {
    const values = touched[position]!;
    for (const value of values) {
      if (outside.has(value.id) || offsets.has(value.id)) continue;
      offsets.set(value.id, arena.take(bytesOf(value)));
    }
    for (const value of values) {
      if (lastUse.get(value.id) !== position) continue;
      lastUse.delete(value.id);
      arena.give({ offset: offsets.get(value.id)!, bytes: bytesOf(value) });
    }
  }
  return arena.peak;
}

function runsOf(calls: readonly DraftCall[]): readonly Run[] {
  const runs: Run[] = [];
  for (const [position, { instruction }] of calls.entries()) {
    if (instruction.share !== "images" && instruction.share !== "groups") continue;
    const { images } = instruction;
    const last = runs.at(-1);
    if (last !== undefined && last.end === position && last.images === images)
      runs[runs.length - 1] = { ...last, end: position + 1 };
    else runs.push({ first: position, end: position + 1, images });
  }
  return runs;
}

/** Values whose addresses stand in tables. */
function listedIds(calls: readonly DraftCall[]): ReadonlySet<number> {
  const values: Value[] = [];
  for (const { instruction } of calls) {
    if (instruction.share === "barrier") continue;
    for (const operand of instruction.args) {
      if (typeof operand !== "number" && operand.kind === "table") addValues(operand, values);
    }
  }
  return new Set(values.map(({ id }) => id));
}
