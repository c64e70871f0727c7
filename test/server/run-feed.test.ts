import { appendFileSync, readFileSync, truncateSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readLines } from "../../src/server/line-reader.ts";
import { RunFeed } from "../../src/server/run-feed.ts";
import { spread } from "../../src/server/spread.ts";
import { JOURNAL_FILE, parseResults, RESULTS_FILE, readJournal } from "../../src/store/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { appendEpoch, makeSampleRun, selectionLine } from "./sample-run.ts";

describe("spread", () => {
  it("keeps first and last, ascends, and never gives more than asked for", () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.integer({ min: 2, max: 300 }), (count, limit) => {
        const numbers = spread(count, limit);
        expect(numbers.length).toBe(Math.min(count, limit));
        if (count > 0) expect([numbers[0], numbers.at(-1)]).toEqual([0, count - 1]);
        expect(numbers.every((value, k) => k === 0 || value > numbers[k - 1]!)).toBe(true);
      }),
    );
  });
});

describe("RunFeed", () => {
  it("gives all of a short run, and of a long one an even part with both ends", () => {
    const folder = makeSampleRun(temporaryFolder(), "run", { epochs: 50 });
    const feed = new RunFeed(folder);
    const whole = feed.history();
    const journal = readJournal(folder.pathOf(JOURNAL_FILE));
    expect(whole.selections).toEqual(journal.filter(({ kind }) => kind === "selection"));
    expect(whole.rows).toEqual(parseResults(folder.read(RESULTS_FILE).toString()));
    expect(whole.milestones.map(({ kind }) => kind)).toEqual(["started"]);
    expect(whole.eventCount).toBe(journal.length);
    const part = feed.history({ rows: 10, selections: 5 });
    expect(part.rows).toHaveLength(10);
    expect(part.selections.map((entry) => entry["epoch"])).toEqual([0, 13, 25, 38, 50]);
    expect(part.selectionEpochs).toHaveLength(51);
    expect(feed.selection(31)).toEqual(journal.find((entry) => entry.kind === "selection" && entry["epoch"] === 31));
    expect(feed.selection(51)).toBeNull();
  });

  it("reads a long run in pieces, between which others work, and again after it was cut", async () => {
    const folder = makeSampleRun(temporaryFolder(), "run", { epochs: 100 });
    const feed = new RunFeed(folder);
    let isOver = false;
    const reading = Promise.all([feed.catchUp(0), feed.catchUp(0)]).then(() => {
      isOver = true;
    });
    let turns = 0;
    for (; !isOver; turns++) await new Promise((resolve) => setImmediate(resolve));
    await reading;
    expect(turns).toBeGreaterThan(1);
    expect(feed.history()).toEqual(new RunFeed(folder).history());
    expect(feed.history().selectionEpochs).toHaveLength(101);
    truncateSync(folder.pathOf(JOURNAL_FILE), readFileSync(folder.pathOf(JOURNAL_FILE)).indexOf("\n") + 1);
    await feed.catchUp();
    expect(feed.history().selectionEpochs).toEqual([]);
    expect(feed.history().rowCount).toBe(100);
  });

  it("tells what was written since a position, whole lines alone", () => {
    const folder = makeSampleRun(temporaryFolder(), "run", { epochs: 3 });
    const feed = new RunFeed(folder);
    const { position } = feed.history();
    expect(feed.since(position)).toEqual({ update: { entries: [], rows: [], strayLines: 0, strayRows: 0 }, position });
    appendEpoch(folder, 4, 9);
    const line = selectionLine(5);
    appendFileSync(folder.pathOf(JOURNAL_FILE), line.slice(0, 100));
    const first = feed.since(position);
    expect(first.update!.entries.map(({ kind }) => kind)).toEqual(["search-epoch", "selection"]);
    expect(first.update!.rows.map(({ epoch }) => epoch)).toEqual([4]);
    appendFileSync(folder.pathOf(JOURNAL_FILE), line.slice(100));
    expect(feed.since(first.position).update!.entries.map((entry) => entry["epoch"])).toEqual([5]);
    expect(feed.history().selectionEpochs).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("says so when the files were cut, as a resumed run does", () => {
    const folder = makeSampleRun(temporaryFolder(), "run", { epochs: 6 });
    const feed = new RunFeed(folder);
    const { position } = feed.history();
    const journal = folder.read(JOURNAL_FILE).toString();
    truncateSync(folder.pathOf(JOURNAL_FILE), journal.indexOf('{"time":"2026-01-01T00:00:04'));
    expect(feed.since(position).update).toBeNull();
    expect(feed.history().selectionEpochs).toEqual([0, 1, 2, 3]);
    for (const nonsense of ["", "7", "-1-0", "99999999999999999999-0", "1-1-1", "a-b"]) {
      expect(feed.since(nonsense).update!.entries).toHaveLength(8);
    }
  });

  it("reads long lines whatever the limit, and nothing of a file that is not there", () => {
    const folder = makeSampleRun(temporaryFolder(), "run", { epochs: 1 });
    folder.write("long.txt", `${"x".repeat(5000)}\n${"y".repeat(9000)}\n`);
    const first = readLines(folder.pathOf("long.txt"), 0, 16)!;
    expect(first).toEqual({
      bytes: Buffer.from(`${"x".repeat(5000)}\n`),
      next: 5001,
      hasMore: true,
      hasPassedOver: false,
    });
    expect(readLines(folder.pathOf("long.txt"), first.next, 16)).toMatchObject({ next: 14_002, hasMore: false });
    expect(readLines(folder.pathOf("nowhere.txt"), 0, 16)).toEqual({
      bytes: Buffer.alloc(0),
      next: 0,
      hasMore: false,
      hasPassedOver: false,
    });
    expect(readLines(folder.pathOf("long.txt"), 17, 16)).toBeNull();
  });
});
