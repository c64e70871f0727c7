export { CompressedArchitecture, type CompressionOptions } from "./compressed-architecture.ts";
export type { RecoveredGroup, SearchContext, SearchEvent, SearchResult, SearchRun } from "./strategy.ts";
export { type TwoStageOptions, twoStageSearch } from "./two-stage.ts";
