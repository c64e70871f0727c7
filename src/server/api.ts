/** @file What server and page say to each other, as types alone: the page is built from them, and a report embeds the same. */
import type { ChoiceGroup, Supports } from "../choice/index.ts";
import type { Diagram, SpaceLayout } from "../spaces/index.ts";
import type {
  JournalEntry,
  ResultsRow,
  RunConfig,
  RunOverview,
  RunSessionRecord,
  TestPredictions,
} from "../store/index.ts";
import type { RunOutcome, VariantRow } from "../study/index.ts";

/** A line of the table of runs. */
export interface RunLine extends Omit<RunOverview, "path"> {
  /** What the run is asked for by. */
  readonly id: string;
  /** Id of the study that it belongs to; null for one by itself. */
  readonly study: string | null;
  /** Accuracy of its epochs on the images that train the weights, thinned out. */
  readonly sparkline: readonly number[];
}

/** A line of the table of studies. */
export interface StudyLine {
  /** What the study is asked for by: the name of its folder. */
  readonly id: string;
  readonly name: string;
  /** Name of the data; null where the study cannot be read. */
  readonly data: string | null;
  /** How many of its runs are in which condition. */
  readonly counts: Readonly<Record<RunOutcome["condition"], number>>;
  /** What it found so far; null where that cannot be told. */
  readonly sentence: string | null;
  /** Why it cannot be read, or why its runs cannot be compared. */
  readonly problem: string | null;
  /** Whether the server was given the folder of this study and shows nothing else. */
  readonly isAll: boolean;
  /** Changes whenever anything does that `StudyDetail` tells. */
  readonly version: string;
}

/** A run that a study asks for. */
export interface StudyRunLine {
  /** What the run is asked for by once it is there. */
  readonly id: string;
  readonly name: string;
  readonly variant: string;
  readonly seed: number;
  readonly outcome: RunOutcome;
}

/** Everything about a study, as its run folders are now. */
export interface StudyDetail {
  readonly line: StudyLine;
  readonly summary: string | null;
  /** Name of the variant that others are compared with. */
  readonly baseline: string;
  readonly seeds: readonly number[];
  readonly variants: readonly string[];
  /** A row a variant; none where the runs cannot be compared. */
  readonly rows: readonly VariantRow[];
  /** Every variant with every seed, begun or not. */
  readonly runs: readonly StudyRunLine[];
}

/** A file that can be fetched. */
export interface RunFileLine {
  readonly name: string;
  readonly bytes: number;
}

/** What a run chooses from, and how what it keeps is drawn. */
export interface RunSpace {
  /** Such as `darts`. */
  readonly kind: string;
  readonly groups: readonly ChoiceGroup[];
  readonly layout: SpaceLayout;
}

/** Everything about a run that is not a series. */
export interface RunDetail {
  readonly line: RunLine;
  /** Null if it cannot be read. */
  readonly config: RunConfig | null;
  readonly sessions: readonly RunSessionRecord[];
  /** `summary.json`, null before the run is finished. */
  readonly summary: Readonly<Record<string, unknown>> | null;
  /** The check of the data: its warnings, and images that were left out. */
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly files: readonly RunFileLine[];
  readonly hasTestPredictions: boolean;
  /** Null if what the run says of it cannot be read. */
  readonly space: RunSpace | null;
  /** What was found, or given, and is trained; null before, and if it cannot be read. */
  readonly diagram: Diagram | null;
  /** What each group keeps of it; null if that is not known, as of an architecture that the space does not hold. */
  readonly supports: Supports | null;
  /** What is wrong with the files that space and diagram come from, a sentence each. */
  readonly problems: readonly string[];
  /** The last selection and the one before it, as far as there are any: to be shown before the series are read. */
  readonly latestSelections: readonly JournalEntry[];
}

/** The series of a run up to `position`, thinned out if they are long; first and last are always there. */
export interface RunHistory {
  /** Where to follow on from. */
  readonly position: string;
  /** Rows of `results.csv`. */
  readonly rows: readonly ResultsRow[];
  readonly rowCount: number;
  /** Events that tell what is kept: of kind `selection`, in older runs `recovery` and `one-stage-recovery`. */
  readonly selections: readonly JournalEntry[];
  /** Epochs of all selections: each can be asked for. */
  readonly selectionEpochs: readonly number[];
  /** All other events but those that `rows` tell of. */
  readonly milestones: readonly JournalEntry[];
  readonly eventCount: number;
  /** Lines of the journal that are no events. */
  readonly strayLines: number;
  /** Lines of the table that are no rows. */
  readonly strayRows: number;
}

/** What was written since the last one. */
export interface RunUpdate {
  readonly entries: readonly JournalEntry[];
  readonly rows: readonly ResultsRow[];
  /** How many lines of the journal are no events, and of the table no rows. */
  readonly strayLines: number;
  readonly strayRows: number;
}

/** What an event of kind `update` or, without anything that was written, `rewind` tells. */
export type LiveEvent = { readonly id: string } & Partial<RunUpdate>;

/** What a report carries with it. */
export interface ReportContent {
  readonly madeAt: string;
  readonly version: string;
  readonly detail: RunDetail;
  readonly history: RunHistory;
  readonly test: TestPredictions | null;
  /** Base64 of the kept images' pixels. */
  readonly testImages: string;
  /** Text of files that can be saved from the report. */
  readonly files: Readonly<Record<string, string>>;
}
