/**
 * @file One run as the page knows it, kept up to date. Changes are handed on once a frame however many come, and series that grow too long
 * are thinned out, as the server's are.
 */

import type { RunDetail, RunLine, RunUpdate } from "../../src/server/index.ts";
import type { JournalEntry, ResultsRow } from "../../src/store/index.ts";
import { type DamagedSelection, isEvent, isRow, isSelection, readSelections } from "./read-events.ts";
import type { Selection } from "./selection.ts";
import type { RunSource, Stop } from "./source.ts";

/** Beyond twice as many, every other one is let go. */
const ROW_LIMIT = 2000;
const SELECTION_LIMIT = 300;
/** Newest events of any kind that the journal's view has. */
const RECENT = 300;

export interface RunSnapshot {
  readonly detail: RunDetail;
  /** Whether the series are there; before, of all selections only the newest ones are. */
  readonly isWhole: boolean;
  readonly rows: readonly ResultsRow[];
  readonly selections: readonly Selection[];
  readonly selectionEpochs: readonly number[];
  readonly milestones: readonly JournalEntry[];
  readonly recent: readonly JournalEntry[];
  readonly eventCount: number;
  /** Epochs that there are, of which `rows` holds some. */
  readonly rowCount: number;
  /** Selections that cannot be shown, and lines that are no events or no rows. */
  readonly damaged: readonly DamagedSelection[];
  readonly strayLines: number;
  readonly strayRows: number;
}

export class RunStore {
  readonly #source: RunSource;
  readonly #id: string;
  readonly #onChange: (snapshot: RunSnapshot) => void;
  readonly #onError: (error: Error) => void;
  #snapshot: RunSnapshot | null = null;
  #stop: Stop = () => {};
  #frame = 0;
  #isClosed = false;

  constructor(
    source: RunSource,
    id: string,
    onChange: (snapshot: RunSnapshot) => void,
    onError: (error: Error) => void,
  ) {
    this.#source = source;
    this.#id = id;
    this.#onChange = onChange;
    this.#onError = onError;
    this.#load();
  }

  close(): void {
    this.#isClosed = true;
    this.#stop();
    cancelAnimationFrame(this.#frame);
  }

  async #load(): Promise<void> {
    this.#stop();
    try {
      const detail = await this.#source.detail(this.#id);
      if (this.#isClosed) return;
      if (this.#snapshot === null) this.#set(beginningOf(detail));
      const history = await this.#source.history(this.#id);
      if (this.#isClosed) return;
      const { position, ...known } = history;
      const { selections, damaged } = readSelections(history.selections, detail.space);
      const isKnown = (epoch: number) => detail.space !== null && isShown(epoch, selections, damaged);
      const selectionEpochs = history.selectionEpochs.filter(isKnown);
      const rows = history.rows.filter(isRow);
      const milestones = history.milestones.filter(isEvent);
      this.#set({
        ...{ ...known, isWhole: true, detail, rows, selections, damaged, selectionEpochs, milestones },
        recent: milestones,
      });
      this.#stop = this.#source.follow(this.#id, position, {
        update: (update) => this.#take(update),
        rewind: () => this.#load(),
        line: (line) => this.#takeLine(line),
      });
      // It may have been passed after the detail was read, and the stream begins after it.
      if (milestones.some(isVerdict)) this.#reloadDetail();
    } catch (error) {
      if (!this.#isClosed) this.#onError(error as Error);
    }
  }

  #take(update: RunUpdate): void {
    const old = this.#snapshot!;
    const entries = update.entries.filter(isEvent);
    const rows = update.rows.filter(isRow);
    const { space } = old.detail;
    const written = entries.filter(isSelection);
    const { selections, damaged } = readSelections(written, space);
    const others = entries.filter((entry) => !isSelection(entry) && !entry.kind.endsWith("-epoch"));
    this.#set({
      ...old,
      rows: thinned([...old.rows, ...rows], ROW_LIMIT),
      selections: thinned([...old.selections, ...selections], SELECTION_LIMIT),
      selectionEpochs: [...old.selectionEpochs, ...selections.map(({ epoch }) => epoch)],
      milestones: others.length === 0 ? old.milestones : [...old.milestones, ...others],
      recent: [...old.recent, ...entries].slice(-RECENT),
      eventCount: old.eventCount + entries.length,
      rowCount: old.rowCount + rows.length,
      damaged: [...old.damaged, ...damaged],
      strayLines: old.strayLines + update.strayLines,
      strayRows: old.strayRows + update.strayRows,
    });
    if (others.some(isVerdict) || (space === null && written.length > 0)) this.#reloadDetail();
  }

  /** Once the run changes its state there is more to be known than its line; and while nothing of it can be drawn, whenever it came further. */
  #takeLine(line: RunLine): void {
    const { detail, selectionEpochs } = this.#snapshot!;
    this.#set({ ...this.#snapshot!, detail: { ...detail, line } });
    const { condition, progress } = detail.line;
    const isBare = detail.diagram === null && selectionEpochs.length === 0;
    if (line.condition !== condition || detail.config === null || (isBare && line.progress !== progress)) {
      this.#reloadDetail();
    }
  }

  /** What was read by another space, as that of a run whose file was not there yet, is read again. */
  async #reloadDetail(): Promise<void> {
    try {
      const detail = await this.#source.detail(this.#id);
      if (this.#isClosed) return;
      const { space } = this.#snapshot!.detail;
      this.#set({ ...this.#snapshot!, detail });
      if (JSON.stringify(space) !== JSON.stringify(detail.space)) this.#load();
    } catch {
      // What is shown is still true; the next change of the line asks again.
    }
  }

  #set(snapshot: RunSnapshot): void {
    this.#snapshot = snapshot;
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      if (!this.#isClosed) this.#onChange(this.#snapshot!);
    });
  }
}

/** What changes what a run says of its end. */
function isVerdict({ kind }: JournalEntry): boolean {
  return kind === "verdict";
}

/** What can be shown of a run before its series are read. */
function beginningOf(detail: RunDetail): RunSnapshot {
  const { selections, damaged } = readSelections(detail.latestSelections, detail.space);
  return {
    ...{
      detail,
      selections,
      damaged,
      strayLines: 0,
      strayRows: 0,
      isWhole: false,
      selectionEpochs: selections.map(({ epoch }) => epoch),
    },
    ...{ rows: [], milestones: [], recent: [], eventCount: 0, rowCount: 0 },
  };
}

/** Whether an epoch can be chosen: not if all that is known of it cannot be shown. */
function isShown(epoch: number, selections: readonly Selection[], damaged: readonly DamagedSelection[]): boolean {
  return !damaged.some((one) => one.epoch === epoch) || selections.some((selection) => selection.epoch === epoch);
}

function thinned<T>(values: readonly T[], limit: number): readonly T[] {
  return values.length <= 2 * limit
    ? values
    : values.filter((_, index) => index % 2 === 0 || index === values.length - 1);
}
