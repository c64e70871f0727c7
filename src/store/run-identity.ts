import { sha256 } from "../files/index.ts";
import type { RunConfig } from "./run-config.ts";

/**
 * What tells a run from every run with other numbers: SHA-256 of seed, images and settings as it begins. Settings that change later
 * leave it as it is. `genotype`: what a training was given, as text, null for a search.
 */
export function runIdentity(config: RunConfig, genotype: string | null): string {
  const { command, strategy, seed, sparsity, normalisation, classNames, search, oneStage, retrain, data } = config;
  const { fingerprint, testFraction } = data;
  const parts = [command, strategy, seed, sparsity, normalisation, classNames, search, oneStage, retrain];
  return sha256(JSON.stringify([...parts, fingerprint, testFraction, genotype])).toString("hex");
}
