export {
  addBilevelStep,
  type BilevelSums,
  bilevelEpoch,
  bilevelSumsSchema,
  NO_BILEVEL_SUMS,
} from "./bilevel-sums.ts";
export { CandidateLogits, type LogitsState, softmax } from "./candidate-logits.ts";
export { type ChangeOf, changeOf } from "./change-of.ts";
export {
  type ArchitectureState,
  CompressedArchitecture,
  type RecoveryProposal,
} from "./compressed-architecture.ts";
export type { CodeState, CompressedGroupState, GroupProposal, LearnedState } from "./compressed-group.ts";
export {
  COMPRESSION_FLAGS,
  type CompressionGiven,
  type CompressionOptions,
  compressionOptions,
  compressionSchema,
} from "./compression-options.ts";
export { compressionChanges, compressionRates } from "./compression-rates.ts";
export { byScore, type Contest, type Entry } from "./contest.ts";
export { type AnotherDraw, drawAnother } from "./draw-another.ts";
export { drawPath } from "./draw-path.ts";
export { drawWithinLimits, type LimitedDraw } from "./draw-within-limits.ts";
export { EPOCHS_FLAG } from "./epochs-flag.ts";
export { type Exploration, ExplorationLedger, type LedgerState } from "./exploration-ledger.ts";
export { type GumbelSample, gumbelNoise, gumbelSample } from "./gumbel-sample.ts";
export { estimateMilliseconds, type LatencyTable } from "./latency-table.ts";
export { LIMIT_FLAGS, type LimitsGiven, limitsOf, limitsSchema } from "./limit-flags.ts";
export { LOGIT_RATE, LOGIT_RATE_FLAG } from "./logit-rate-flag.ts";
export { logitTraits } from "./logit-traits.ts";
export { MAX_SEARCH_EPOCHS_FLAG } from "./max-search-epochs-flag.ts";
export {
  type MixedLearner,
  type MixedOptions,
  type MixedPrograms,
  MixedSearch,
  type MixedState,
  type MixedStep,
} from "./mixed-search.ts";
export { oneNetworkSgd } from "./one-network-sgd.ts";
export { type PathPrograms, PathQueue } from "./path-queue.ts";
export { PATH_STEPS_FLAG, pathStepsSchema } from "./path-steps-flag.ts";
export { plainSelection } from "./plain-selection.ts";
export { type GroupPremise, premiseRemarks } from "./premise-remarks.ts";
export { RandomContest } from "./random-contest.ts";
export {
  RANKING_FLAGS,
  type RankingGiven,
  type RankingOptions,
  rankingOptions,
  rankingSchema,
} from "./ranking-options.ts";
export { RankingSearch, type RankingState } from "./ranking-search.ts";
export { rankingTraits } from "./ranking-traits.ts";
export type { Search, SearchContext, SearchResult, SearchRun } from "./search.ts";
export type { RecoveryFit, SearchEpochEvent, SearchEvent, SelectedGroup, SelectionEvent } from "./search-event.ts";
export { selectionOf } from "./selection-of.ts";
export { SettledSearch, type Settling, type SettlingPlace } from "./settled-search.ts";
export { formatLimits, isLimited, isWithin, type NetworkSize, type SizeLimits, sizeOf } from "./size-limit.ts";
export {
  architectureStateSchema,
  ledgerSchema,
  logitsSchema,
  placeSchema,
  trainingSumsSchema,
} from "./state-schemas.ts";
export {
  type Change,
  type CommonGiven,
  defineStrategy,
  heaviestSupports,
  type Strategy,
  type Trial,
  type TrialInputs,
} from "./strategy.ts";
export { epochsSchema, type SuperNetSgd, sgdSchema, stepParts, superNetSgd } from "./super-net-sgd.ts";
export { superNetwork } from "./super-network.ts";
export { weightEpoch } from "./weight-epoch.ts";
export { type Path, releasePath, type WeightPrograms, weightPaths } from "./weight-paths.ts";
export { weightTrial } from "./weight-trial.ts";
