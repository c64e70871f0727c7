/** @file Where the page has its runs from: a server that it follows, or the report that it is a part of. */
import type { Flow, PanelLayout, PanelOutline } from "../../src/export/panel-layout.ts";
import type { RunDetail, RunHistory, RunLine, RunUpdate, StudyDetail, StudyLine } from "../../src/server/index.ts";
import type { JournalEntry, TestPredictions } from "../../src/store/index.ts";
import type { OnnxModel } from "../model/onnx-model.ts";
import type { PixelShape } from "../model/resize.ts";

/** `lost`: the server does not answer, and is asked again. */
export type Connection = "live" | "lost" | "embedded";

export interface RunListeners {
  update(update: RunUpdate): void;
  /** The files were cut: what is known is to be read again. */
  rewind(): void;
  line(line: RunLine): void;
}

/** Told of everything there is, whenever it changes. */
export interface TableListener {
  onRuns(lines: readonly RunLine[]): void;
  onStudies(lines: readonly StudyLine[]): void;
  onConnection(state: Connection): void;
}

/** A panel to be laid out. */
export interface FlowingPanel {
  readonly outline: PanelOutline;
  readonly flow: Flow;
}

/** Ends what a call began. */
export type Stop = () => void;

export interface RunSource {
  readonly kind: "server" | "report";
  followTable(listener: TableListener): Stop;
  /** As it is now; `StudyLine` tells when it changes. */
  study(id: string): Promise<StudyDetail>;
  detail(id: string): Promise<RunDetail>;
  history(id: string): Promise<RunHistory>;
  /** Tells of everything that is written after `position`. */
  follow(id: string, position: string, listeners: RunListeners): Stop;
  selection(id: string, epoch: number): Promise<JournalEntry>;
  test(id: string): Promise<TestPredictions>;
  testImages(id: string): Promise<Uint8Array>;
  /** Null where the page has no such file at hand. */
  fileAddress(id: string, name: string): string | null;
  layOut(panel: FlowingPanel): Promise<PanelLayout>;
  /** The run's `model.onnx`, for images of `shape`; null where there is no runtime for it. */
  readonly openModel: ((id: string, shape: PixelShape, classCount: number) => Promise<OnnxModel>) | null;
}
