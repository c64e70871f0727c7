/**
 * @file The newest selections of a journal, read from its end: they are what a page shows first, long before a large journal is read through.
 */
import { readSync } from "node:fs";
import type { RegularFile } from "../files/index.ts";
import { type JournalEntry, parseJournalLine, SELECTION_EVENTS } from "../store/index.ts";
import { LINE_END, LINE_HEAD_BYTES, openIfThere, readLines } from "./line-reader.ts";

const CHUNK_BYTES = 1 << 16;
/** What stands in the line of one kind of selection or another, soon after its beginning, and in few others. All are of one length. */
const MARKS = ['selection","epoch":', '-recovery","epoch":', '"recovery","epoch":'].map((mark) => Buffer.from(mark));
const MARK_BYTES = MARKS[0]!.length;
/** How far from the end, and at how many marks, is looked: a journal that a run wrote has its newest ones well before. */
const FARTHEST = 1 << 26;
const MOST_MARKS = 200;

/** The last `count` selections, oldest first; fewer if there are fewer, none if the file cannot be read. */
export function latestSelections(path: string, count: number): readonly JournalEntry[] {
  const file = openIfThere(path);
  if (file === null) return [];
  try {
    const found: JournalEntry[] = [];
    let looks = 0;
    for (const offset of marksFromTheEnd(file)) {
      if (++looks > MOST_MARKS) break;
      const start = lineStart(file, offset);
      const line = start === null ? null : readLines(path, start, CHUNK_BYTES);
      const text = line?.bytes.subarray(0, line.bytes.indexOf(LINE_END)).toString() ?? "";
      const entry = parseJournalLine(text);
      if (entry !== null && SELECTION_EVENTS.includes(entry.kind)) found.unshift(entry);
      if (found.length === count) break;
    }
    return found;
  } finally {
    file.close();
  }
}

/** Where a mark stands, last one first. */
function* marksFromTheEnd({ descriptor, size }: RegularFile): Generator<number> {
  const buffer = Buffer.alloc(CHUNK_BYTES + MARK_BYTES - 1);
  for (let end = size; end > Math.max(0, size - FARTHEST); ) {
    const start = Math.max(0, end - CHUNK_BYTES);
    // With the beginning of the chunk after it, for a mark across the seam.
    const read = readSync(descriptor, buffer, 0, end - start + MARK_BYTES - 1, start);
    const bytes = buffer.subarray(0, read);
    for (let at = lastMark(bytes, bytes.length); at >= 0; at = lastMark(bytes, at - 1)) yield start + at;
    end = start;
  }
}

/** Where the last mark at or before `from` stands, -1 if there is none. */
function lastMark(bytes: Buffer, from: number): number {
  return from < 0 ? -1 : Math.max(...MARKS.map((mark) => bytes.lastIndexOf(mark, from)));
}

/** Byte at which the line begins that has a mark at `offset`; null if it has none that near. */
function lineStart({ descriptor }: RegularFile, offset: number): number | null {
  const from = Math.max(0, offset - LINE_HEAD_BYTES);
  const head = Buffer.alloc(offset - from);
  readSync(descriptor, head, 0, head.length, from);
  const lineEnd = head.lastIndexOf(LINE_END);
  if (lineEnd >= 0) return from + lineEnd + 1;
  return from === 0 ? 0 : null;
}
