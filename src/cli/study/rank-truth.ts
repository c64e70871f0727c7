/** @file What the sampled architectures are worth without shared weights: their published results, or what each comes to when it is trained alone. */
import { join } from "node:path";
import { countOf } from "../../count-of.ts";
import { percent } from "../../percent.ts";
import { type OpenedData, prepareTraining, publishedResults, type RunHost, testHalves } from "../../run/index.ts";
import { mean } from "../../statistics/index.ts";
import { RunFolder, readTestPredictions } from "../../store/index.ts";
import { newRunSpec, pickFlags } from "../given-flags.ts";
import { aloneGiven } from "./rank-options.ts";
import type { RankSample } from "./rank-sample.ts";
import type { StudyInputs } from "./study-kind.ts";
import { divergenceOf, finishInStudy } from "./study-run.ts";

/** One figure of all architectures, in the order of the sample. */
export interface RankTruth {
  /** A data set of the published results by its key, or `alone`. */
  readonly name: string;
  /** The larger the better; null for an architecture whose training diverged. */
  readonly accuracies: readonly (number | null)[];
  /** The same on the second half of the test images, where the first half scores the super-net. */
  readonly onSecondHalf: readonly (number | null)[];
}

export interface RankTruths {
  /** What they are, in a line; null if there are none. */
  readonly title: string | null;
  /** The first is the one that matters most. */
  readonly truths: readonly RankTruth[];
  /** Names of the trainings that diverged, and of how many. */
  readonly diverged: readonly string[];
  readonly trainings: number;
}

/** Of the published results of the space; test accuracies in per cent. Throws what `publishedResults` throws. */
export async function publishedTruths(space: string, sample: RankSample): Promise<RankTruths> {
  const { benchmark, architectures } = await publishedResults({ space, architectures: sample.texts });
  const truths = Object.keys(benchmark.dataSets).map((name) => {
    const accuracies = architectures.map(({ accuracy }) => accuracy[name]!);
    return { name, accuracies, onSecondHalf: accuracies };
  });
  return { title: benchmark.summary, truths, diverged: [], trainings: 0 };
}

/** Each of the sample is a run: trained from scratch on all training images, then tested. Throws what a run throws but divergence. */
export async function aloneTruths(
  { path, given, data, terminal, seed }: StudyInputs,
  sample: RankSample,
  epochs: number,
  host: RunHost,
): Promise<RankTruths> {
  const folder = RunFolder.ensure(join(path, ALONE));
  const second = [...testHalves(seed, data.test).second];
  const options = await aloneGiven(given, data.location, epochs);
  const parts = pickFlags(given, ["space"]);
  const quiet = quietHost(host);
  const diverged: string[] = [];
  const [accuracies, onSecondHalf]: (number | null)[][] = [[], []];
  for (const [index, file] of sample.files.entries()) {
    const name = aloneName(index);
    const out = folder.pathOf(name);
    terminal.line(`architecture ${index + 1} of ${sample.files.length}: ${sample.texts[index]}`);
    const architecture = folder.write(`${name}.json`, file);
    const failure = await divergenceOf(async () => {
      const spec = { ...newRunSpec({ ...options, out }), architecture, new: true, data: data.location };
      const prepared = await prepareTraining(spec, quiet, data);
      await finishInStudy({ prepared, out, parts }, quiet);
    });
    if (failure !== null) {
      terminal.line(`failed: ${failure}`);
      diverged.push(`${ALONE}/${name}`);
    }
    const rights = failure === null ? testRights(out, data) : null;
    const accuracy = rights === null ? null : mean(rights);
    if (accuracy !== null) terminal.line(`test accuracy ${percent(accuracy)}`);
    accuracies!.push(accuracy);
    onSecondHalf!.push(rights === null ? null : mean(second.map((image) => rights[image]!)));
  }
  return {
    title: `test accuracy after training alone for ${countOf(epochs, "epoch")}`,
    truths: [{ name: ALONE, accuracies: accuracies!, onSecondHalf: onSecondHalf! }],
    ...{ diverged, trainings: sample.files.length },
  };
}

/** Where trainings are within the folder of the study. */
const ALONE = "alone";

/** The first training of a study. */
export const FIRST_ALONE: string = join(ALONE, aloneName(0));

function aloneName(index: number): string {
  return String(index + 1).padStart(3, "0");
}

/** A host that is not told of the end of a run: of thirty networks nobody wants to see the cells. */
function quietHost(host: RunHost): RunHost {
  return {
    threads: host.threads,
    onEvent: (event) => {
      if (event.kind !== "done") host.onEvent(event);
    },
    ...(host.watchForStop === undefined ? {} : { watchForStop: () => host.watchForStop!() }),
  };
}

/** For each test image 1 if the network was right, else 0. */
function testRights(run: string, { test }: OpenedData): readonly number[] {
  const { predictions } = readTestPredictions(RunFolder.open(run))!;
  return predictions.map((prediction, image) => (prediction === test.labels[image] ? 1 : 0));
}
