export {
  type ArchitectureState,
  CompressedArchitecture,
  type CompressionOptions,
  type RecoveryProposal,
} from "./compressed-architecture.ts";
export { type Exploration, ExplorationLedger } from "./exploration-ledger.ts";
export { type FreezeOptions, FreezeRule } from "./freeze-rule.ts";
export {
  drawArchitecture,
  type OneStageEvent,
  type OneStageOptions,
  type OneStageRecovery,
  type OneStageResult,
  oneStageSearch,
} from "./one-stage.ts";
export { isWithin, type NetworkSize, type SizeLimits, sizeOf } from "./size-limit.ts";
export type { RecoveredGroup, SearchContext, SearchEvent, SearchResult, SearchRun } from "./strategy.ts";
export { type TwoStageOptions, twoStageSearch } from "./two-stage.ts";
