/**
 * @file What a gate does by its logit (Gao et al. 2020, "MTL-NAS", section 3.3): sigmoid of it, a relaxed Bernoulli sample (Maddison, Mnih and Teh 2017),
 * and the entropy of open and shut. The same bits in every engine.
 */
import { exactExp, exactLog } from "../../random/index.ts";

/** 1 / (1 + e^-x). */
export function sigmoid(x: number): number {
  const power = exactExp(-Math.abs(x));
  return (x < 0 ? power : 1) / (1 + power);
}

/** Of the logit by itself: what a gradient by the gate is multiplied by. */
export function sigmoidSlope(logit: number): number {
  return sigmoid(logit) * sigmoid(-logit);
}

/** sigmoid((logit + log u - log(1 - u)) / temperature): between 0 and 1, the closer to one of them the lower the temperature. `uniform`: u, in [0, 1). */
export function relaxedBernoulli(logit: number, temperature: number, uniform: number): number {
  const u = Math.max(uniform, Number.MIN_VALUE);
  return sigmoid((logit + exactLog(u) - exactLog(1 - u)) / temperature);
}

/** -p log p - (1 - p) log(1 - p) of p = sigmoid(logit): log 2 at 0. */
export function gateEntropy(logit: number): number {
  const size = Math.abs(logit);
  return exactLog(1 + exactExp(-size)) + size * sigmoid(-size);
}

/** Of the entropy by the logit: -logit p (1 - p), which is 0 at 0. */
export function gateEntropySlope(logit: number): number {
  return -logit * sigmoidSlope(logit);
}
