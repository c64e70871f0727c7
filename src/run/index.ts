export { absorbedWeights } from "./absorbed-weights.ts";
export { type ArchitectureSource, readArchitecture } from "./architecture-source.ts";
export { monotonicSeconds } from "./clock.ts";
export { executeRun } from "./execute-run.ts";
export { defaultBatches } from "./fit-batches.ts";
export { retrainName } from "./foreign-options.ts";
export { exitCodeOf } from "./interruption.ts";
export { namesModule } from "./load-module.ts";
export { type MeasuredImages, type MeasureOptions, openMeasuredImages } from "./measured-images.ts";
export { type PreparedSearch, prepareSearch, runSearch, runTraining } from "./new-run.ts";
export { cacheFolder, checkData, type OpenedData, openData } from "./open-data.ts";
export { type ResumeOptions, resumeRun } from "./resume-run.ts";
export { note, type PhasePlan, type RunEvent, type RunHost, type RunSummary, type StopWatch } from "./run-host.ts";
export { RUN_FLAGS, type RunOptions, type RunOptionsGiven } from "./run-options.ts";
export { chooseSpace, chooseStrategy, type PartNames } from "./run-parts.ts";
export { DEFAULT_SEED } from "./settings.ts";
export { softmax } from "./softmax.ts";
export {
  type OpenOptions,
  openRunClassifier,
  openTrainedModel,
  type RunClassifier,
  type TrainedModel,
} from "./trained-model.ts";
