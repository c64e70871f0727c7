/**
 * @file Where a probability lies, by how often something happened: the score interval of Wilson (1927), "Probable inference, the law of succession,
 * and statistical inference". It stays within 0 and 1 and holds for few trials too (Brown, Cai and DasGupta 2001).
 */
import { NORMAL_QUANTILE } from "./normal-quantile.ts";

/** With 95 % confidence, 0 to 1. `successes` of `trials`, of which there is at least one. */
export function wilsonInterval(successes: number, trials: number): readonly [low: number, high: number] {
  const share = successes / trials;
  const square = NORMAL_QUANTILE ** 2 / trials;
  const centre = (share + square / 2) / (1 + square);
  const reach = (NORMAL_QUANTILE * Math.sqrt((share * (1 - share)) / trials + square / (4 * trials))) / (1 + square);
  return [successes === 0 ? 0 : centre - reach, successes === trials ? 1 : centre + reach];
}
