/** @file The plan of a study as its folder has it: for whoever looks at one without having asked for it. */
import type { SavedStudy } from "./study-folder.ts";
import { runsOf, type StudyPlan } from "./study-plan.ts";

/** Every variant with every seed that it was ever asked for; nothing of it is checked anew. */
export function savedPlan({ study, summary, baseline, seeds, variants: saved }: SavedStudy): StudyPlan {
  const variants = saved.map((variant) => ({ ...variant, taken: new Set<string>() }));
  return { name: study, summary, variants, seeds, runs: runsOf(variants, seeds), baseline };
}
