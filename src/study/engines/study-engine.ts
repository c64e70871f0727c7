/** @file What an engine is: it brings the runs of a study to their end, and knows a run by its folder and by nothing else. */
import type { RunOutcome } from "../run-outcome.ts";
import type { StudyFolder } from "../study-folder.ts";
import type { StudyRun } from "../study-plan.ts";

export interface EngineInputs {
  readonly folder: StudyFolder;
  /** In the order in which they are to begin. */
  readonly runs: readonly StudyRun[];
  /** `demo`, or an absolute path. */
  readonly data: string;
  /** Called when one begins or goes on, and when it has ended. */
  readonly onRun: (run: StudyRun, what: RunEnd | "begun" | "resumed" | "elsewhere") => void;
  /** Asks to stop: runs that are at work leave a checkpoint first. */
  readonly stop: AbortSignal;
}

/** How a run ended that the engine is done with. */
export type RunEnd = RunOutcome & { readonly condition: "finished" | "failed" };

export interface StudyEngine {
  /** Resolves when every run is finished or has failed for good, or, asked to stop, when none is at work any more. */
  run(inputs: EngineInputs): Promise<void>;
}
