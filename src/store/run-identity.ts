import { sha256 } from "../files/index.ts";
import type { RunConfig } from "./run-config.ts";

/**
 * What tells a run from every run with other numbers: SHA-256 of seed, images and settings as it begins. Settings that change later
 * leave it as it is. `architecture`: what a training was given, as text, null for a search.
 */
export function runIdentity(config: RunConfig, architecture: string | null): string {
  const { command, space, strategy, seed, arithmetic, normalisation, classNames, training, data } = config;
  const { fingerprint, testFraction } = data;
  const parts = [command, space, strategy, seed, normalisation, classNames, training];
  // Left out where they change nothing: runs that have them not are those that earlier versions began.
  const balance =
    config.classWeights === null && config.sampling === "as-is" ? [] : [config.classWeights, config.sampling];
  const ofArithmetic = arithmetic === "separate" ? [] : [arithmetic];
  const all = [...parts, fingerprint, testFraction, architecture, ...balance, ...ofArithmetic];
  return sha256(JSON.stringify(all)).toString("hex");
}
