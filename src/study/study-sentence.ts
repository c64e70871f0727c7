/** @file What a study found, in one sentence that claims no more than its seeds bear. */
import { countOf } from "../count-of.ts";
import { type Difference, pairedDifference, type VariantRow } from "./compare-variants.ts";

const CONFIDENCE = 0.95;

/**
 * The best variant beside the baseline. As the best of several is best by chance too, the interval is one of those that hold for all comparisons with
 * the baseline at once with 95 % (Bonferroni).
 */
export function studySentence(rows: readonly VariantRow[], baseline: string): string {
  const base = rows.find(({ variant }) => variant === baseline);
  const others = rows.filter((row) => row.variant !== baseline && row.accuracy !== null);
  if (base === undefined || base.accuracy === null)
    return `${baseline} has no finished run: nothing can be compared with it.`;
  if (rows.length === 1)
    return `${baseline}: ${points(base.accuracy.mean)} % over ${countOf(base.finished.length, "seed")}.`;
  if (others.length === 0) return `No variant but ${baseline} has a finished run: nothing can be compared.`;
  const best = others.reduce((first, second) => (second.accuracy!.mean > first.accuracy!.mean ? second : first));
  const difference = pairedDifference(best, base, 1 - (1 - CONFIDENCE) / others.length);
  if (difference === null) return `${best.variant} and ${baseline} have no seed in common: nothing can be compared.`;
  if (difference.half === null) {
    return `One seed tells nothing apart: ${best.variant} was ${signed(difference.mean)} points from ${baseline}.`;
  }
  return verdict(best.variant, baseline, difference, others.length);
}

function verdict(best: string, baseline: string, difference: Difference, comparisons: number): string {
  const { mean, half, seeds } = difference;
  const [low, high] = [mean - half!, mean + half!];
  const named = comparisons === 1 ? best : `${best}, the best of ${comparisons},`;
  const between = high < 0 ? `${signed(-high)} to ${signed(-low)}` : `${signed(low)} to ${signed(high)}`;
  const interval = `${between}, ${countOf(seeds, "seed")}, Student's t${comparisons === 1 ? "" : `, for ${comparisons} comparisons`}`;
  if (low > 0) return `${named} beats ${baseline} by ${points(mean)} points (${interval}).`;
  if (high < 0) return `${baseline} beats ${named} by ${points(-mean)} points (${interval}).`;
  return `No difference could be told between ${best} and ${baseline}: ${signed(mean)} points (${interval}).`;
}

function points(value: number): string {
  return value.toFixed(2);
}

function signed(value: number): string {
  return `${value < 0 ? "-" : "+"}${Math.abs(value).toFixed(2)}`;
}
