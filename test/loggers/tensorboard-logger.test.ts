import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { TensorBoardLogger } from "../../src/loggers/tensorboard-logger.ts";
import type { JournalEntry, RunFolder } from "../../src/store/index.ts";
import { SAMPLE_CONFIG } from "../store/sample-config.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { readEventFile } from "./read-event-file.ts";
import { SAMPLE_FIGURES, sampleJournal } from "./sample-journal.ts";
import { sampleFolder, writeResults } from "./sample-run.ts";

const FILE = "tensorboard/events.out.tfevents.ista-nas";
const JOURNAL = sampleJournal();

/** A session that begins with the first `before` events of a journal and goes on to `until`. */
function session(folder: RunFolder, before: number, until: number, journal = JOURNAL, config = SAMPLE_CONFIG) {
  const logger = new TensorBoardLogger({ folder, config, journal: journal.slice(0, before) });
  for (const entry of journal.slice(before, until)) logger.add(entry);
  return logger;
}

const bytesOf = (folder: RunFolder) => readFileSync(folder.pathOf(FILE));
const inodeOf = (folder: RunFolder) => folder.open(FILE).status.ino;

function figuresIn(folder: RunFolder) {
  return readEventFile(bytesOf(folder)).flatMap(({ step, values }) =>
    values.flatMap(({ tag, number }) => (number === undefined ? [] : [[tag, step, number]])),
  );
}

describe("the file of TensorBoard", () => {
  it("says each number once, at its epoch and its time, and the settings as text", () => {
    const folder = sampleFolder();
    session(folder, 0, JOURNAL.length);
    const events = readEventFile(bytesOf(folder));
    expect(events[0]).toEqual({ wallTime: 1767225600, step: 0, fileVersion: "brain.Event:2", values: [] });
    const [settings] = events[1]!.values;
    expect(settings).toMatchObject({ tag: "settings", plugin: "text" });
    expect(settings!.text).toMatch(/^\| setting \| value \|\n\| --- \| --- \|\n/);
    expect(settings!.text).toContain("\n| `seed` | `5` |\n");
    expect(settings!.text).toContain("\n| `strategy.kind` | `two-stage` |\n");
    const { hyperparameters } = events[2]!.values[0]!;
    expect(events[2]!.values[0]).toMatchObject({ tag: "_hparams_/session_start_info", plugin: "hparams" });
    expect(hyperparameters).toMatchObject({ seed: 5, "strategy.kind": "two-stage", "training.recompute": "false" });
    expect(Object.keys(hyperparameters!)).not.toContain("classNames");
    expect(figuresIn(folder)).toEqual(SAMPLE_FIGURES.map(([tag, step, value]) => [tag, step, Math.fround(value)]));
    expect(events[3]!.wallTime).toBe(1767225602);
  });

  it("is the same after sessions that broke off, at whatever event, and is cut where it lies", () => {
    const whole = sampleFolder();
    session(whole, 0, JOURNAL.length);
    for (let kept = 0; kept <= 8; kept++) {
      const folder = sampleFolder();
      session(folder, 0, 8);
      // What a process left that was killed while it wrote.
      folder.append(FILE, Uint8Array.of(1, 2, 3));
      const inode = inodeOf(folder);
      session(folder, kept, JOURNAL.length);
      expect(bytesOf(folder).equals(bytesOf(whole))).toBe(true);
      expect(inodeOf(folder)).toBe(inode);
    }
  });

  it("is made anew where it says something else than the journal, or is gone", () => {
    const whole = sampleFolder();
    session(whole, 0, JOURNAL.length);
    const folder = sampleFolder();
    session(folder, 0, 8, sampleJournal(60));
    session(folder, 5, JOURNAL.length);
    expect(bytesOf(folder).equals(bytesOf(whole))).toBe(true);
    folder.removeFolder("tensorboard");
    session(folder, JOURNAL.length, JOURNAL.length);
    expect(bytesOf(folder).equals(bytesOf(whole))).toBe(true);
    session(folder, JOURNAL.length, JOURNAL.length, JOURNAL, { ...SAMPLE_CONFIG, maxLoss: 7 });
    expect(readEventFile(bytesOf(folder))[1]!.values[0]!.text).toContain("| `maxLoss` | `7` |");
  });

  it("ends with pictures of a finished run, once", async () => {
    const folder = sampleFolder();
    const logger = session(folder, 0, JOURNAL.length);
    expect(await logger.finish()).toBe("so far");
    writeResults(folder);
    expect(await logger.finish()).toBe("complete");
    expect(await session(folder, JOURNAL.length, JOURNAL.length).finish()).toBe("complete");
    const pictures = readEventFile(bytesOf(folder)).flatMap(({ values }) => values.filter(({ image }) => image));
    expect(pictures.map(({ tag }) => tag)).toEqual(["cells", "confusion"]);
    for (const { image } of pictures) {
      const { width, height, channels } = await sharp(image!.png).metadata();
      expect([width, height, channels]).toEqual([image!.width, image!.height, image!.colorspace]);
    }
    expect(figuresIn(folder)).toHaveLength(SAMPLE_FIGURES.length);
  });

  it("leaves out what is no number, and events of other versions", () => {
    const folder = sampleFolder();
    const time = JOURNAL[0]!.time;
    const odd: readonly JournalEntry[] = [
      JOURNAL[0]!,
      { time, kind: "retrain-epoch", epoch: 1, loss: null, accuracy: "0.5", learningRate: Number.NaN },
      { time, kind: "retrain-epoch", epoch: "1", loss: 1 },
      { time, kind: "selection", epoch: 1, groups: null },
      { time, kind: "toString", epoch: 1, loss: 1 },
      { time: "yesterday", kind: "test", accuracy: 1 },
    ];
    session(folder, 0, odd.length, odd);
    expect(figuresIn(folder)).toEqual([]);
  });

  it("fault: is not written where a link leads", () => {
    const [folder, elsewhere] = [sampleFolder(), temporaryFolder()];
    symlinkSync(elsewhere, folder.pathOf("tensorboard"));
    expect(() => session(folder, 0, 3)).toThrow(/cannot make .*tensorboard/);
    const other = sampleFolder();
    mkdirSync(other.pathOf("tensorboard"));
    symlinkSync("/dev/null", other.pathOf(FILE));
    expect(() => session(other, 1, 3)).toThrow(/symbolic link/);
  });
});
