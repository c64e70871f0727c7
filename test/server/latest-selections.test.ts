import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { latestSelections } from "../../src/server/latest-selections.ts";
import { JOURNAL_FILE, readJournal, SELECTION_EVENTS } from "../../src/store/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { epochLine, makeSampleRun, recoveryLine, selectionLine } from "./sample-run.ts";

const isSelection = ({ kind }: { readonly kind: string }) => SELECTION_EVENTS.includes(kind);

describe("latestSelections", () => {
  it("finds the last ones wherever they lie, whatever the lines between them hold", () => {
    const path = join(temporaryFolder(), JOURNAL_FILE);
    const line = fc.oneof(
      fc.nat(9).map((epoch) => selectionLine(epoch)),
      fc.nat(9).map((epoch) => recoveryLine(epoch)),
      fc.nat(9).map((epoch) => recoveryLine(epoch, "one-stage-recovery")),
      fc.nat(9).map((epoch) => epochLine(epoch, 9)),
      // Text that looks like the mark, long lines, and lines that end a chunk anywhere.
      fc.constant(`${JSON.stringify({ time: "t", kind: "warning", text: 'recovery","epoch":3' })}\n`),
      fc.constant(`${JSON.stringify({ time: "t", kind: "warning", text: 'selection","epoch":3' })}\n`),
      fc.constant(`${JSON.stringify({ time: "t", kind: "not-a-recovery", epoch: 3 })}\n`),
      fc.constant(`${JSON.stringify({ time: "t", kind: "no-selection", epoch: 3 })}\n`),
      fc
        .integer({ min: 1, max: 100_000 })
        .map((n) => `${JSON.stringify({ time: "t", kind: "x", fill: "y".repeat(n) })}\n`),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), fc.integer({ min: 1, max: 3 }), (lines, count) => {
        writeFileSync(path, lines.join(""));
        expect(latestSelections(path, count)).toEqual(readJournal(path).filter(isSelection).slice(-count));
      }),
    );
  });

  it.each(SELECTION_EVENTS)("finds a %s across any byte at which it reads the file in pieces", (kind) => {
    const path = join(temporaryFolder(), JOURNAL_FILE);
    const line = `${JSON.stringify({ time: "2026-01-01T00:00:00.000Z", kind, epoch: 7 })}\n`;
    for (let behind = (1 << 16) - line.length; behind <= 1 << 16; behind++) {
      writeFileSync(path, `${line}${"x".repeat(behind - 1)}\n`);
      expect(latestSelections(path, 1), `${behind} bytes behind it`).toHaveLength(1);
    }
  });

  it("passes over a line that is not whole yet, and is empty without a journal", () => {
    const folder = makeSampleRun(temporaryFolder(), "run", { epochs: 3 });
    appendFileSync(folder.pathOf(JOURNAL_FILE), selectionLine(4).slice(0, -1));
    expect(latestSelections(folder.pathOf(JOURNAL_FILE), 2).map((entry) => entry["epoch"])).toEqual([2, 3]);
    expect(latestSelections(join(folder.path, "none"), 2)).toEqual([]);
  });
});
