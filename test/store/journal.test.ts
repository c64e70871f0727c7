import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { JOURNAL_FILE, Journal, RunFolder, readJournal } from "../../src/store/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";

describe("the journal", () => {
  let folder: RunFolder;
  let path: string;
  const lines = [
    { time: "2026-01-01T00:00:00.000Z", kind: "started", seed: 1 },
    { time: "2026-01-01T00:00:00.000Z", kind: "note", text: "two\nlines" },
  ];
  beforeEach(() => {
    folder = RunFolder.create(join(temporaryFolder(), "run"));
    path = folder.pathOf(JOURNAL_FILE);
    const journal = new Journal(folder, () => new Date("2026-01-01T00:00:00.000Z"));
    for (const { time, ...event } of lines) journal.append(event);
  });

  it("gives back what was appended, without a last line that was torn", () => {
    expect(readJournal(path)).toEqual(lines);
    folder.append(JOURNAL_FILE, '{"time":"2026-01-01T00:00:00.000Z","kind":"epo');
    expect(readJournal(path)).toEqual(lines);
    writeFileSync(path, "");
    expect(readJournal(path)).toEqual([]);
  });

  it.each([
    ["torn in the middle", '{"time":"2026-01'],
    ["zeros of a disk that lost power", "\0\0\0\0"],
    ["no object", "7"],
    ["nothing", "null"],
    ["empty", ""],
    ["without a kind", '{"time":"2026-01-01"}'],
  ])("names a line that is %s", (_, line) => {
    folder.append(JOURNAL_FILE, `${line}\n{"time":"later","kind":"note"}\n`);
    expect(() => readJournal(path)).toThrow(
      expect.objectContaining({
        code: "E_JOURNAL",
        message: expect.stringContaining(`: line 3 got ${JSON.stringify(line)},`),
      }),
    );
  });

  it("says that there is none", () => {
    expect(() => readJournal(join(path, "none"))).toThrow(expect.objectContaining({ code: "E_JOURNAL" }));
  });
});
