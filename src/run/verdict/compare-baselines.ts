/** @file What the trained baselines come to beside what the search found: by their answers to the same test images. */
import { IstaNasError } from "../../error.ts";
import {
  pairedDifference,
  type RandomBaselines,
  type Verdict,
  type VerdictBaseline,
  verdictOf,
} from "../../export/index.ts";
import { mean } from "../../statistics/index.ts";
import {
  type PlannedBaseline,
  parseResults,
  RESULTS_FILE,
  RunFolder,
  readTestPredictions,
  SUMMARY_FILE,
  TEST_PREDICTIONS_FILE,
  VERDICT_FOLDER,
  type VerdictPlan,
} from "../../store/index.ts";
import type { RunSummary } from "../run-host.ts";
import type { JudgedRun } from "./judged-run.ts";
import { folderOfBaseline } from "./train-baseline.ts";

/** All baselines of the plan are trained. Throws `E_RUN_FILE` for test predictions that are not there, or of other images. */
export function compareBaselines(run: JudgedRun, plan: VerdictPlan): Verdict {
  const found = answersOf(run.folder);
  const compared = plan.baselines.map((baseline) => {
    const folder = RunFolder.open(folderOfBaseline(run, baseline));
    const answers = answersOf(folder, found.labels);
    return { row: rowOf(folder, baseline, found, answers), answers };
  });
  return verdictOf({
    seconds: plan.seconds ?? 0,
    testAccuracy: mean(found.hits),
    testImages: found.hits.length,
    baselines: compared.map(({ row }) => row),
    random: randomOf(
      found,
      compared.filter(({ row }) => row.isRandom).map(({ answers }) => answers),
    ),
  });
}

interface Answers {
  readonly labels: readonly number[];
  /** Of each test image 1 if it was classified rightly, else 0. */
  readonly hits: readonly number[];
}

/** `expected`: the labels that the images have in another run, if they are to be the same. */
function answersOf(folder: RunFolder, expected?: readonly number[]): Answers {
  const { labels, predictions } = readTestPredictions(folder) ?? { labels: [], predictions: [] };
  const isSame =
    expected === undefined || (expected.length === labels.length && expected.every((label, i) => label === labels[i]));
  if (labels.length > 0 && labels.length === predictions.length && isSame) {
    return { labels, hits: labels.map((label, image) => (label === predictions[image] ? 1 : 0)) };
  }
  const got = labels.length === 0 ? "none" : "those of other test images";
  throw new IstaNasError(
    `run ${folder.name}: ${TEST_PREDICTIONS_FILE}: got ${got}, expected an answer to every test image of the search`,
    {
      code: "E_RUN_FILE",
      hint: "bring the file back; what versions before it trained cannot be compared",
    },
  );
}

function rowOf(folder: RunFolder, baseline: PlannedBaseline, found: Answers, own: Answers): VerdictBaseline {
  const { name, summary, isRandom, isBeyondLimits, epochs } = baseline;
  const { architecture, parameters, macs } = folder.readJson(SUMMARY_FILE) as RunSummary;
  const seconds = parseResults(folder.readText(RESULTS_FILE)).reduce((sum, row) => sum + (row.seconds ?? 0), 0);
  return {
    ...{ name, summary, isRandom, isBeyondLimits, run: `${VERDICT_FOLDER}/${name}`, architecture, epochs },
    ...{ seconds: Math.round(10 * seconds) / 10, parameters, macs, testAccuracy: mean(own.hits) },
    ...pairedDifference(found.hits, own.hits),
  };
}

function randomOf(found: Answers, drawn: readonly Answers[]): RandomBaselines | null {
  if (drawn.length === 0) return null;
  const accuracies = drawn.map(({ hits }) => mean(hits));
  return {
    ...{ count: drawn.length, testAccuracy: mean(accuracies) },
    ...{ lowest: Math.min(...accuracies), highest: Math.max(...accuracies) },
    ...pairedDifference(
      found.hits,
      found.hits.map((_, image) => mean(drawn.map(({ hits }) => hits[image]!))),
    ),
  };
}
