/** @file The folder of a study and finished runs for it, made without training. */
import { join } from "node:path";
import { RunFolder, SUMMARY_FILE } from "../../src/store/index.ts";
import { STUDY_PLAN_FILE } from "../../src/study/index.ts";
import { makeSampleRun } from "./sample-run.ts";

/** Two variants, `mine` and the baseline `random`, with seeds 1 and 2; no run has begun. Its path is returned. */
export function makeSampleStudy(parent: string, name: string): string {
  const folder = RunFolder.ensure(join(parent, name));
  const variants = ["mine", "random"].map((variant) => ({ name: variant, architecture: null, options: {} }));
  folder.writeJson(STUDY_PLAN_FILE, {
    ...{ study: "rules", summary: "Which rule is best.", data: "/data/photos", baseline: "random" },
    ...{ seeds: [1, 2], variants },
  });
  return folder.path;
}

/** Makes a run of a study that is finished, or finishes one that is there. `testAccuracy`: 0..1. */
export function finishSampleRun(study: string, name: string, testAccuracy: number): RunFolder {
  const path = join(study, name);
  const folder = RunFolder.isRun(path) ? RunFolder.open(path) : makeSampleRun(study, name, { epochs: 2 });
  const compute = { search: 1e12, evaluation: 2e11, training: 3e11 };
  folder.writeJson(SUMMARY_FILE, {
    ...{ testAccuracy, parameters: 8000, macs: 1e6, seconds: 100 * testAccuracy, compute },
  });
  return folder;
}
