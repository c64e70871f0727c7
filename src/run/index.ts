export { Journal, type JournalEntry, readJournal } from "./journal.ts";
export { type ResultsRow, ResultsTable } from "./results-table.ts";
export { loadRunConfig, type PhaseConfig, type RunConfig } from "./run-config.ts";
export { RunFolder } from "./run-folder.ts";
