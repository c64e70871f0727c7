export type {
  LiveEvent,
  ReportContent,
  RunDetail,
  RunFileLine,
  RunHistory,
  RunLine,
  RunSpace,
  RunUpdate,
  StudyDetail,
  StudyLine,
  StudyRunLine,
} from "./api.ts";
export { createReport, type ReportOptions } from "./report.ts";
export { type RunningServer, type ServeOptions, serveRuns } from "./serve.ts";
