/** @file What the runs of a study say of its variants: means over seeds, and differences to the baseline seed by seed. Seeds are the unit. */
import { type MeanInterval, mean, meanInterval } from "../statistics/index.ts";
import type { RunFigures } from "./run-outcome.ts";

interface SeedFigures extends RunFigures {
  readonly seed: number;
}

/** The runs of one variant. */
export interface VariantRuns {
  readonly variant: string;
  readonly finished: readonly SeedFigures[];
  /** Seeds of those that failed for good, and why. */
  readonly failed: readonly { readonly seed: number; readonly reason: string }[];
  /** How many are not over. */
  readonly open: number;
}

/** Of the variants in percent points of test accuracy, over the seeds that both have finished. */
export interface Difference extends MeanInterval {
  readonly seeds: number;
}

export interface VariantRow extends VariantRuns {
  /** Test accuracy in percent; null before a run has finished. */
  readonly accuracy: MeanInterval | null;
  /** To the baseline; null for itself, and where no seed is finished in both. */
  readonly difference: Difference | null;
  /** Means. */
  readonly parameters: number | null;
  readonly macs: number | null;
  readonly seconds: number | null;
  /** Null also where a run did not count. */
  readonly compute: number | null;
}

/** A row for each variant, in order. Intervals are of 95 %, by Student's t. */
export function compareVariants(variants: readonly VariantRuns[], baseline: string): readonly VariantRow[] {
  const base = variants.find(({ variant }) => variant === baseline);
  return variants.map((runs) => {
    const { finished } = runs;
    const meanOf = (figure: "parameters" | "macs" | "seconds" | "compute") => {
      const values = finished.map((run) => run[figure]).filter((value) => value !== null);
      return values.length < Math.max(1, finished.length) ? null : mean(values);
    };
    return {
      ...runs,
      accuracy: finished.length === 0 ? null : meanInterval(finished.map(({ testAccuracy }) => 100 * testAccuracy)),
      difference: base === undefined || runs === base ? null : pairedDifference(runs, base),
      ...{ parameters: meanOf("parameters"), macs: meanOf("macs"), seconds: meanOf("seconds") },
      compute: meanOf("compute"),
    };
  });
}

/** First less second, over the seeds of both; null without any. `confidence`: by default 0.95. */
export function pairedDifference(first: VariantRuns, second: VariantRuns, confidence = 0.95): Difference | null {
  const differences = first.finished.flatMap(({ seed, testAccuracy }) => {
    const other = second.finished.find((run) => run.seed === seed);
    return other === undefined ? [] : [100 * (testAccuracy - other.testAccuracy)];
  });
  return differences.length === 0 ? null : { ...meanInterval(differences, confidence), seeds: differences.length };
}
