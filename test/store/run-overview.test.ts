import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { FAILURE_FILE, JOURNAL_FILE, listRuns, RunFolder, RunLock, SUMMARY_FILE } from "../../src/store/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { SAMPLE_CONFIG } from "./sample-config.ts";

describe("listRuns", () => {
  let parent: string;
  beforeEach(() => {
    parent = temporaryFolder();
  });

  let age = 0;
  /** A run older than those made before it. */
  function makeRun(name: string, files: Readonly<Record<string, string | object>> = {}): RunFolder {
    const folder = RunFolder.create(join(parent, name));
    const all = { "config.json": SAMPLE_CONFIG, ...files };
    for (const [file, content] of Object.entries(all)) {
      folder.write(file, typeof content === "string" ? content : JSON.stringify(content));
      utimesSync(folder.pathOf(file), 1_700_000_000 - age, 1_700_000_000 - age);
    }
    age += 60;
    return folder;
  }

  it("tells running, finished, interrupted, failed and unreadable runs apart, the last one changed first", () => {
    const epoch = (kind: string, number: number) =>
      `{"time":"2026-01-01T00:00:00.000Z","kind":"${kind}","epoch":${number},"epochs":4}\n`;
    const journal = epoch("search-epoch", 4) + epoch("retrain-epoch", 3);
    makeRun("done", { [SUMMARY_FILE]: { testAccuracy: 0.875, parameters: 41730 }, [JOURNAL_FILE]: journal });
    const held = makeRun("held", { [JOURNAL_FILE]: epoch("search-epoch", 2) });
    makeRun("stopped", { [JOURNAL_FILE]: `${epoch("search-epoch", 1)}{"torn` });
    makeRun("broke", { [FAILURE_FILE]: { code: "E_TRAIN_DIVERGED", message: "loss NaN", time: "" } });
    makeRun("torn", { "config.json": '{"formatVersion": 3,' });
    makeRun("later", { "config.json": { ...SAMPLE_CONFIG, formatVersion: 99 } });
    for (const name of ["not-a-run", "neither", ".cache"]) mkdirSync(join(parent, name));
    symlinkSync(join(parent, "nowhere"), join(parent, "a-link"));
    writeFileSync(join(parent, "a-file"), "");
    const lock = RunLock.acquire(held);

    const { runs, otherFolders } = listRuns(parent);
    expect(otherFolders).toBe(2);
    expect(runs.map(({ name, condition, progress }) => [name, condition, progress])).toEqual([
      ["done", "finished", "retrain 3/4"],
      ["held", "running", "search 2/4"],
      ["stopped", "interrupted", "search 1/4"],
      ["broke", "failed", null],
      ["torn", "unreadable", null],
      ["later", "unreadable", null],
    ]);
    expect(runs[0]).toMatchObject({ accuracy: 0.875, parameters: 41730, strategy: "two-stage", seed: 5 });
    expect(runs[3]!.reason).toBe("E_TRAIN_DIVERGED: loss NaN");
    expect(runs[4]!.reason).toContain("config.json: not JSON");
    expect(runs[5]!.reason).toContain("formatVersion: got 99, expected at most 3");
    lock.release();
    expect(listRuns(parent).runs[1]!.condition).toBe("interrupted");
  });

  it("says where it looked if there is no such folder", () => {
    expect(() => listRuns(join(parent, "nowhere"))).toThrowError(
      expect.objectContaining({ code: "E_RUNS_NOT_FOUND", kind: "usage" }),
    );
  });
});
