export { absorbedWeights } from "./absorbed-weights.ts";
export { type ArchitectureSource, readArchitecture } from "./architecture-source.ts";
export { monotonicSeconds } from "./clock.ts";
export type { ConfigChangesGiven } from "./config-changes.ts";
export { EVALUATE_FLAGS, type EvaluateGiven, type EvaluateSpec, type Evaluation, evaluate } from "./evaluate.ts";
export { executeRun, executeSearch } from "./execute-run.ts";
export { exportModule } from "./export-module.ts";
export {
  exportQuantized,
  QUANTIZE_FLAGS,
  type QuantizedModel,
  type QuantizedSpec,
  type QuantizeGiven,
} from "./export-quantized.ts";
export {
  EXPORT_FLAGS,
  type ExportedModel,
  type ExportGiven,
  exportOnnx,
  exportWeights,
  type OnnxSpec,
  type WeightsSpec,
} from "./export-run.ts";
export { exportTransformers } from "./export-transformers.ts";
export { EXPORT_PLACE } from "./exported-run.ts";
export { defaultBatches } from "./fit-batches.ts";
export { exitCodeOf, Interruption } from "./interruption.ts";
export { namesModule } from "./load-module.ts";
export { type LogSpec, logRun } from "./log-run.ts";
export {
  MEASURE_FLAGS,
  type MeasuredImages,
  type MeasuredPart,
  type MeasureGiven,
  type MeasureOptions,
  openMeasuredImages,
} from "./measured-images.ts";
export {
  checkNewSearch,
  checkNewTraining,
  type PreparedRun,
  prepareSearch,
  prepareTraining,
  search,
  train,
} from "./new-run.ts";
export { assertNewRunPlace, isUnfinishedRun } from "./new-run-place.ts";
export { cacheFolder, checkData, type OpenedData, openData } from "./open-data.ts";
export { type Flags, type PartFlags, partFlags, unionOfFlags } from "./part-flags.ts";
export { asTrainOptions, targetOptions } from "./presets.ts";
export { type PublishedResults, type PublishedResultsSpec, publishedResults } from "./published-results.ts";
export { RefusedOption } from "./refused-option.ts";
export { RESUME_FLAGS, type ResumeGiven, type ResumeSpec, reopenRun, resume } from "./resume-run.ts";
export {
  note,
  type PhasePlan,
  type RunEvent,
  type RunHost,
  type RunHostGiven,
  type RunSummary,
  type StopWatch,
} from "./run-host.ts";
export { RUN_FLAGS, type RunOptions, type RunOptionsGiven } from "./run-options.ts";
export { chooseSpace, chooseStrategy, type PartNames } from "./run-parts.ts";
export {
  NEW_RUN_FLAGS,
  type NewRunGiven,
  type SearchOptions,
  type SearchSpec,
  type TrainOptions,
  type TrainSpec,
} from "./run-spec.ts";
export { testHalves } from "./score-images.ts";
export { DEFAULT_SEED } from "./settings.ts";
export { proxyName, retrainName } from "./size-names.ts";
export { softmax } from "./softmax.ts";
export { suitsSpace } from "./space-for-strategy.ts";
export { type SpecialiseGiven, type SpecialiseSpec, specialise } from "./specialise.ts";
export {
  type BatchSearch,
  BENCHMARK_FLAGS,
  type Benchmark,
  type BenchmarkGiven,
  type BenchmarkSpec,
  benchmark,
  type SpeedFigure,
} from "./speed/benchmark.ts";
export type { LatencyCheck } from "./speed/latency-check.ts";
export {
  type PathScore,
  type PathScores,
  SCORE_STATISTICS,
  type ScoreSettings,
  type ScoreStatistics,
  SuperNet,
  type SuperNetSpec,
} from "./super-net.ts";
export {
  type OpenOptions,
  openRunClassifier,
  openTrainedModel,
  type RunClassifier,
  type TrainedModel,
} from "./trained-model.ts";
export { VERDICT_FLAGS, type VerdictGiven, type VerdictSpec, verdict } from "./verdict/verdict-of-run.ts";
export { CONFUSION_PLACE } from "./write-confusion.ts";
