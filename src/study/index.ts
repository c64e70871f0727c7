export {
  compareVariants,
  type Difference,
  pairedDifference,
  type VariantRow,
  type VariantRuns,
} from "./compare-variants.ts";
export { LocalEngine, type LocalOptions } from "./engines/local-engine.ts";
export type { QueuedTask } from "./engines/slurm-commands.ts";
export { SlurmQueue, type SlurmResources } from "./engines/slurm-queue.ts";
export type { EngineInputs, RunEnd, StudyEngine } from "./engines/study-engine.ts";
export { NAMED_STUDIES } from "./named-studies.ts";
export { namesStudyFile, readStudy } from "./read-study.ts";
export { isFinal, type RunFigures, type RunOutcome, runOutcome } from "./run-outcome.ts";
export { savedPlan } from "./saved-plan.ts";
export { type Settings, type StudyAxis, type StudyFile, studyFileJsonSchema } from "./study-file.ts";
export { type SavedStudy, STUDY_PLAN_FILE, StudyFolder } from "./study-folder.ts";
export { planStudy, type StudyPlan, type StudyRun, seedsOf } from "./study-plan.ts";
export { STUDY_HEADINGS, type StudyResults, studyCsv, studyJson, studyMarkdown, studyTable } from "./study-report.ts";
export { resultsOf, studyResults } from "./study-results.ts";
export { studySentence } from "./study-sentence.ts";
