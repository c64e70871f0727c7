/** @file The results of a study as far as it is, read from its run folders. */
import { IstaNasError } from "../error.ts";
import { compareVariants, type VariantRuns } from "./compare-variants.ts";
import { isFinal, type RunOutcome, runOutcome } from "./run-outcome.ts";
import type { StudyFolder } from "./study-folder.ts";
import type { StudyPlan } from "./study-plan.ts";
import type { StudyResults } from "./study-report.ts";
import { studySentence } from "./study-sentence.ts";

/**
 * `given up`: runs that an engine would not start again, by name.
 * @throws E_STUDY_OTHER if the runs were not made of the same images
 */
export function studyResults(
  folder: Pick<StudyFolder, "pathOf">,
  plan: StudyPlan,
  data: string,
  givenUp: ReadonlyMap<string, RunOutcome> = new Map(),
): StudyResults {
  const runs = plan.runs.map((run) => ({ run, outcome: givenUp.get(run.name) ?? runOutcome(folder.pathOf(run)) }));
  return resultsOf(runs, plan, data, givenUp);
}

/**
 * Of all runs of the plan, in its order, as they were read.
 * @throws E_STUDY_OTHER if the runs were not made of the same images
 */
export function resultsOf(
  runs: StudyResults["runs"],
  plan: Omit<StudyPlan, "runs">,
  data: string,
  givenUp: ReadonlyMap<string, RunOutcome> = new Map(),
): StudyResults {
  assertSameImages(runs);
  const variants = plan.variants.map(({ name }) =>
    runsOf(
      name,
      runs.filter(({ run }) => run.variant.name === name),
      givenUp,
    ),
  );
  const rows = compareVariants(variants, plan.baseline);
  return {
    ...{ study: plan.name, summary: plan.summary, data, baseline: plan.baseline, seeds: plan.seeds },
    ...{ rows, runs, sentence: studySentence(rows, plan.baseline) },
  };
}

function runsOf(variant: string, runs: StudyResults["runs"], givenUp: ReadonlyMap<string, RunOutcome>): VariantRuns {
  const finished = runs.flatMap(({ run: { seed }, outcome }) =>
    outcome.condition === "finished" ? [{ seed, ...outcome }] : [],
  );
  const failed = runs.flatMap(({ run: { seed, name }, outcome }) =>
    outcome.condition === "failed" && (isFinal(outcome) || givenUp.has(name)) ? [{ seed, reason: outcome.reason }] : [],
  );
  return { variant, finished, failed, open: runs.length - finished.length - failed.length };
}

/** Among runs that read and split them alike: seeds have their own test images where the data have no part for testing, and an axis may say how images are read. */
function assertSameImages(runs: StudyResults["runs"]): void {
  const first = new Map<string, { readonly name: string; readonly fingerprint: string }>();
  for (const { run, outcome } of runs) {
    if (outcome.condition !== "finished" || outcome.fingerprint === null) continue;
    const { fingerprint, reading } = outcome;
    const key = JSON.stringify(reading);
    const other = first.get(key);
    if (other === undefined) first.set(key, { name: run.name, fingerprint });
    else if (other.fingerprint !== fingerprint) {
      throw new IstaNasError(
        `study: ${run.name} was made of other images than ${other.name}, expected the same for all runs`,
        {
          code: "E_STUDY_OTHER",
          kind: "usage",
          hint: "the data have changed since the study was begun: begin it anew in another place with --out",
        },
      );
    }
  }
}
