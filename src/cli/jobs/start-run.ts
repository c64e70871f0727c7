/** @file Makes the folder of a new run, with everything that a later session needs to begin it again. */

import { formatGenotypeJson, type Genotype } from "../../spaces/darts/index.ts";
import {
  assertRunConfig,
  CONFIG_FILE,
  type RunConfig,
  RunFolder,
  RunLock,
  runIdentity,
  saveDataFiles,
} from "../../store/index.ts";
import { runDataName } from "./open-data.ts";
import type { RunInputs } from "./run-inputs.ts";
import { RunSession } from "./run-session.ts";

/** `genotype`: what a training was given. */
export function startRun(inputs: RunInputs, planned: RunConfig, genotype: Genotype | null): RunSession {
  const { flags, data, threads, terminal, startedAt } = inputs;
  const given = genotype === null ? null : formatGenotypeJson(genotype);
  const config: RunConfig = { ...planned, identity: runIdentity(planned, given) };
  assertRunConfig(config);
  const what = config.genotypeName ?? config.strategy;
  const folder = RunFolder.create(flags.out ?? `runs/${runDataName(data)}-${what}-seed${config.seed}`);
  const lock = RunLock.acquire(folder);
  if (given !== null) folder.write("genotype.json", given);
  folder.writeJson("data.json", data.report);
  saveDataFiles(folder, data.source);
  folder.writeJson(CONFIG_FILE, config);
  terminal.line(`run folder ${folder.path}`);
  return new RunSession({ folder, config, data, threads, terminal, startedAt, found: null, changes: [], lock });
}
