/**
 * @file TensorBoard: one file of events in the run folder that says what the journal says, byte for byte the same whenever it is made of the same
 * journal. A session cuts it to what the journal still holds and goes on from there, so a TensorBoard that is looking on reads on too.
 */
import { type JournalEntry, SUMMARY_FILE } from "../store/index.ts";
import { type FlatSetting, flatSettings } from "./flat-settings.ts";
import type { LoggedRun, RunLogger, Said } from "./logger.ts";
import { figuresOf } from "./run-figures.ts";
import { drawRun } from "./run-pictures.ts";
import { encodeEvent, encodeFileStart, encodeHyperparameters } from "./tensorboard-event.ts";

const TENSORBOARD_FOLDER = "tensorboard";
const EVENTS_FILE = `${TENSORBOARD_FOLDER}/events.out.tfevents.ista-nas`;
const LONGEST_SETTING = 200;

export class TensorBoardLogger implements RunLogger {
  readonly #run: LoggedRun;
  readonly #journal: JournalEntry[];

  /** Throws `E_RUN_FOLDER` if it cannot write the file. */
  constructor(run: LoggedRun) {
    this.#run = run;
    this.#journal = [...run.journal];
    goOnAfter(run, Buffer.concat([startOf(run), ...run.journal.map(encodeEntry)]));
  }

  /** Throws as the constructor does. */
  add(entry: JournalEntry): void {
    if (this.#journal.length === 0) this.#append(startOf({ ...this.#run, journal: [entry] }));
    this.#journal.push(entry);
    this.#append(encodeEntry(entry));
  }

  /** Throws as `drawRun` and the constructor do. */
  async finish(): Promise<Said> {
    const { folder, config } = this.#run;
    const end = this.#journal.findLast(({ kind }) => kind === "finished");
    if (end === undefined || !folder.has(SUMMARY_FILE)) return "so far";
    const seconds = secondsOf(end);
    for (const { name, ...picture } of await drawRun(folder, config)) {
      this.#append(encodeEvent(seconds, 0, [{ tag: name, picture }]));
    }
    return "complete";
  }

  #append(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#run.folder.append(EVENTS_FILE, bytes);
  }
}

/** The file holds `expected` then, and nothing beyond it. */
function goOnAfter({ folder }: LoggedRun, expected: Buffer): void {
  folder.makeFolder(TENSORBOARD_FOLDER);
  const there = folder.has(EVENTS_FILE) ? folder.read(EVENTS_FILE) : Buffer.alloc(0);
  if (there.subarray(0, expected.length).equals(expected)) folder.truncate(EVENTS_FILE, expected.length);
  else folder.write(EVENTS_FILE, expected);
}

/** Nothing where there is no event yet, whose time it would have. */
function startOf({ journal, config }: LoggedRun): Buffer {
  if (journal.length === 0) return Buffer.alloc(0);
  const seconds = secondsOf(journal[0]!);
  const settings = flatSettings(config, LONGEST_SETTING);
  const rows = settings.map(([name, value]) => `| ${cell(name)} | ${cell(value)} |`);
  const text = ["| setting | value |", "| --- | --- |", ...rows].join("\n");
  return Buffer.concat([
    encodeFileStart(seconds),
    encodeEvent(seconds, 0, [{ tag: "settings", text }]),
    encodeHyperparameters(
      seconds,
      new Map(settings.filter(isCompared).map(([name, value]) => [name, numberOrText(value)])),
    ),
  ]);
}

/** Lists, and where the data are, make no columns of a table. */
function isCompared([name, value]: FlatSetting): boolean {
  return !/^[[{]/.test(value) && !/^data\.(path|location|fingerprint)$|^(identity|formatVersion)$/.test(name);
}

function numberOrText(text: string): number | string {
  return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

function encodeEntry(entry: JournalEntry): Buffer {
  const figures = figuresOf(entry);
  if (figures === null) return Buffer.alloc(0);
  const { time, step, values } = figures;
  return encodeEvent(
    time / 1000,
    step,
    values.map(([tag, number]) => ({ tag, number })),
  );
}

function secondsOf({ time }: JournalEntry): number {
  return Date.parse(time) / 1000;
}

/** Of a table in Markdown: as it is, in one line. */
function cell(text: string): string {
  return `\`${text.replace(/[`|\r\n]/g, " ")}\``;
}
