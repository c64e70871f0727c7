/** @file Whether a search paid: what it found beside architectures that no search has to find, each trained for as long as all of it took. */
import { countOf } from "../count-of.ts";
import { formatDuration } from "../duration.ts";
import type { PairedDifference } from "./paired-difference.ts";

/** A baseline that was trained. Differences are those of the search's accuracy less its own. */
export interface VerdictBaseline extends PairedDifference {
  readonly name: string;
  /** As it stands in a sentence. */
  readonly summary: string;
  readonly isRandom: boolean;
  /** Whether it is larger than the search was allowed to find. */
  readonly isBeyondLimits: boolean;
  /** Its folder within that of the run. */
  readonly run: string;
  /** One line, as the space's publication writes one. */
  readonly architecture: string;
  readonly epochs: number;
  /** That its epochs took. */
  readonly seconds: number;
  readonly parameters: number;
  readonly macs: number;
  readonly testAccuracy: number;
}

/** All random architectures of a verdict together; `testAccuracy`: their mean. */
export interface RandomBaselines extends PairedDifference {
  readonly count: number;
  readonly testAccuracy: number;
  readonly lowest: number;
  readonly highest: number;
}

export interface VerdictFigures {
  /** That the epochs of search and training took: each baseline is trained for as many. */
  readonly seconds: number;
  /** Of what the search found. */
  readonly testAccuracy: number;
  readonly testImages: number;
  /** The one by hand first, random ones last. */
  readonly baselines: readonly VerdictBaseline[];
  readonly random: RandomBaselines | null;
}

/** As it stands in `summary.json`. */
export interface Verdict extends VerdictFigures {
  /** What it comes to: a sentence on the baseline by hand, if the space has one, then one on random architectures. */
  readonly sentences: readonly string[];
  /** What the intervals do not say. */
  readonly caveat: string;
}

/** The figures with what they come to in words. */
export function verdictOf(figures: VerdictFigures): Verdict {
  const { baselines, random, testImages } = figures;
  const byHand = baselines.find(({ isRandom }) => !isRandom);
  return {
    ...figures,
    sentences: [
      ...(byHand === undefined ? [] : [sentenceOnBaseline(figures, byHand)]),
      ...(random === null ? [] : [sentenceOnRandom(figures, random)]),
    ],
    caveat: `intervals are over the ${countOf(testImages, "test image")}, with one seed of training each: other seeds may say otherwise`,
  };
}

/** `-1.40 (-2.92 to +0.12)`: in points, with its interval. */
export function formatDifference({ difference, interval: [low, high] }: PairedDifference): string {
  return `${points(difference, 2)} (${points(low, 2)} to ${points(high, 2)})`;
}

function sentenceOnBaseline(figures: VerdictFigures, baseline: VerdictBaseline): string {
  const { summary, isBeyondLimits, epochs } = baseline;
  const what = isBeyondLimits ? `${summary}, beyond the limits of the search` : summary;
  return sentence(figures, baseline, what, ` (${countOf(epochs, "epoch")}), reaches ${share(baseline.testAccuracy)}`);
}

function sentenceOnRandom(figures: VerdictFigures, random: RandomBaselines): string {
  const { count, testAccuracy, lowest, highest } = random;
  if (count === 1) return sentence(figures, random, "a random architecture", `, reaches ${share(testAccuracy)}`);
  const spread = `${share(testAccuracy)} on average, ${share(lowest)} to ${share(highest)}`;
  return sentence(figures, random, `${count} random architectures`, ` each, reach ${spread}`);
}

function sentence(
  { testAccuracy, seconds }: VerdictFigures,
  { difference, interval }: PairedDifference,
  what: string,
  reaches: string,
): string {
  const [low, high] = interval;
  return (
    `the search found ${share(testAccuracy)}; ${what}, trained within the same ${formatDuration(seconds)}${reaches} ` +
    `(difference ${points(difference)} points, 95 % interval ${points(low)} to ${points(high)}): ${outcomeOf(interval)}`
  );
}

function outcomeOf([low, high]: PairedDifference["interval"]): string {
  if (low > 0) return "searching paid here";
  return high < 0 ? "searching did not pay here" : "no difference can be told";
}

function share(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

/** With its sign, but for what rounds to zero. */
function points(value: number, digits = 1): string {
  const text = (100 * value).toFixed(digits);
  if (Number(text) === 0) return (0).toFixed(digits);
  return value > 0 ? `+${text}` : text;
}
