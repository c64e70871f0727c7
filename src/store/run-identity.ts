import { sha256 } from "../files/index.ts";
import type { RunConfig } from "./run-config.ts";

/**
 * What tells a run from every run with other numbers: SHA-256 of seed, images and settings as it begins. Settings that change later
 * leave it as it is. `architecture`: what a training was given, as text, null for a search.
 */
export function runIdentity(config: RunConfig, architecture: string | null): string {
  const { command, space, strategy, seed, normalisation, classNames, training, data, classWeights, sampling } = config;
  const { fingerprint, testFraction } = data;
  const parts = [command, space, strategy, seed, normalisation, classNames, training];
  // Left out where they change nothing: runs that have them not are those that earlier versions began.
  const balance = classWeights === null && sampling === "as-is" ? [] : [classWeights, sampling];
  return sha256(JSON.stringify([...parts, fingerprint, testFraction, architecture, ...balance])).toString("hex");
}
