import { sha256 } from "../files/index.ts";
import type { RunConfig } from "./run-config.ts";

/**
 * What tells a run from every run with other numbers: SHA-256 of seed, images and settings as it begins. Settings that change later
 * leave it as it is. `architecture`: what a training was given, as text, null for a search.
 */
export function runIdentity(config: RunConfig, architecture: string | null): string {
  const { command, space, strategy, seed, normalisation, classNames, training, data } = config;
  const { fingerprint, testFraction } = data;
  const parts = [command, space, strategy, seed, normalisation, classNames, training];
  return sha256(JSON.stringify([...parts, fingerprint, testFraction, architecture])).toString("hex");
}
