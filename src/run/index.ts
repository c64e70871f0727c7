export type { Checkpoint } from "./checkpoint.ts";
export { CheckpointStore, type FoundCheckpoint, type PassedOver } from "./checkpoint-store.ts";
export { JOURNAL_FILE, Journal, type JournalEntry, readJournal } from "./journal.ts";
export { RESULTS_FILE, type ResultsRow, ResultsTable } from "./results-table.ts";
export { loadRunConfig, type PhaseConfig, type RunConfig } from "./run-config.ts";
export { RunFolder } from "./run-folder.ts";
export type { RunState } from "./run-state.ts";
export { decodeSafetensors, encodeSafetensors, type SafetensorsFile, type StoredTensor } from "./safetensors.ts";
