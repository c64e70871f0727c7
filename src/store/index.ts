export { type AvailableMemory, availableMemory, type MemoryProbes, memoryLimit } from "./available-memory.ts";
export type { Checkpoint } from "./checkpoint.ts";
export { CheckpointStore, type FoundCheckpoint, type PassedOver, type ValueLengths } from "./checkpoint-store.ts";
export { CONFIG_FILE } from "./config-file.ts";
export { readPartsOfConfig } from "./config-parts.ts";
export { DATA_FILES_FILE, type DataFiles, readDataFiles, saveDataFiles } from "./data-files.ts";
export { type RunSessionRecord, readSessions, recordSession, thisMachine } from "./environment.ts";
export { findRunFolders } from "./find-run-folders.ts";
export { fittingOf } from "./fitting-of.ts";
export {
  EPOCH_EVENTS,
  JOURNAL_FILE,
  Journal,
  type JournalEntry,
  parseJournalLine,
  readJournal,
  SELECTION_EVENTS,
} from "./journal.ts";
export { assertRunConfig, loadRunConfig } from "./load-run-config.ts";
export { runsToChoose, shownPath, whyNoRun } from "./missing-run.ts";
export {
  assertDisk,
  assertMemory,
  type FreeDisk,
  formatBytes,
  freeDisk,
  type Need,
  totalOf,
} from "./resource-limits.ts";
export { parseResults, RESULTS_FILE, type ResultsRow, ResultsTable, taskColumn } from "./results-table.ts";
export type { Decision, ModuleRecord, PartConfig, PhaseConfig, RunConfig } from "./run-config.ts";
export { runConfigJsonSchema } from "./run-config-schema.ts";
export { ARCHITECTURE_FILE, DRAWING_FILE, SPACE_FILE } from "./run-files.ts";
export { RunFolder } from "./run-folder.ts";
export { runIdentity } from "./run-identity.ts";
export { RunLock } from "./run-lock.ts";
export {
  FAILURE_FILE,
  lastChangedFirst,
  listRuns,
  type RunCondition,
  type RunList,
  type RunOverview,
  readRunOverview,
  SUMMARY_FILE,
} from "./run-overview.ts";
export { assertRunPlace, holdsWorkingFolder, isEmptyFolder } from "./run-place.ts";
export type { RunState } from "./run-state.ts";
export { decodeSafetensors, encodeSafetensors, type SafetensorsFile, type StoredTensor } from "./safetensors.ts";
export {
  keepOfEachField,
  readTestImages,
  readTestPredictions,
  saveTestPredictions,
  TEST_IMAGES_FILE,
  TEST_IMAGES_LIMIT,
  TEST_PREDICTIONS_FILE,
  type TestPredictions,
} from "./test-predictions.ts";
export {
  hasOpenVerdict,
  MOST_RANDOM_BASELINES,
  NEW_VERDICT,
  type PlannedBaseline,
  readVerdictPlan,
  restartVerdict,
  saveVerdictPlan,
  VERDICT_FILE,
  VERDICT_FOLDER,
  type VerdictPlan,
} from "./verdict-plan.ts";
