export {
  type ArchitectureState,
  type CodeState,
  CompressedArchitecture,
  type CompressionOptions,
  type RecoveryProposal,
} from "./compressed-architecture.ts";
export { drawArchitecture } from "./draw-architecture.ts";
export { type Exploration, ExplorationLedger, type LedgerState } from "./exploration-ledger.ts";
export { type FreezeOptions, FreezeRule } from "./freeze-rule.ts";
export {
  type OneStageContext,
  type OneStageEvent,
  type OneStageOptions,
  type OneStageRecovery,
  type OneStageResult,
  OneStageSearch,
  type OneStageState,
} from "./one-stage.ts";
export { isWithin, type NetworkSize, type SizeLimits, sizeOf } from "./size-limit.ts";
export type { RecoveredGroup, SearchContext, SearchEvent, SearchResult, SearchRun } from "./strategy.ts";
export { superNetwork } from "./super-network.ts";
export { type TwoStageOptions, TwoStageSearch, type TwoStageState } from "./two-stage.ts";
