/** @file Refuses a run that this machine has no room for, before there is a run folder and before anything is trained. */
import { countOf } from "../../count-of.ts";
import { IstaNasError } from "../../error.ts";
import type { Genotype } from "../../spaces/darts/index.ts";
import {
  type AvailableMemory,
  assertDisk,
  assertMemory,
  availableMemory,
  type FreeDisk,
  formatBytes,
  freeDisk,
  type RunConfig,
  totalOf,
} from "../../store/index.ts";
import type { Terminal } from "../terminal.ts";
import { rehearseExport } from "./rehearse-export.ts";
import { type RunFootprint, runFootprint } from "./run-footprint.ts";
import type { RunInputs } from "./run-inputs.ts";

/** Up to this many times what the first supports need, the heaviest ones were never seen to need more. */
const SPREAD = 3;

export interface RoomInputs {
  readonly config: RunConfig;
  /** What is trained, if no search comes before it. */
  readonly genotype: Genotype | null;
  readonly threads: number | "auto";
  /** Where the run folder is or will be. */
  readonly path: string;
  /** Checkpoints that a run that goes on has already; null for a new run. */
  readonly checkpoints: number | null;
  readonly terminal: Terminal;
}

/** What there is; tests put their own in place. */
export interface RoomProbes {
  memory(): AvailableMemory;
  disk(path: string): FreeDisk | null;
}

const THIS_MACHINE: RoomProbes = { memory: () => availableMemory(), disk: freeDisk };

/**
 * Says so where a search may come to need more memory than there is, though it can begin.
 * @throws E_RUN_MEMORY, E_RUN_DISK, E_DEVICE_MEMORY with what is needed, what there is, and what to lower
 */
export async function checkRoom(inputs: RoomInputs, probes: RoomProbes = THIS_MACHINE): Promise<void> {
  const { config, genotype, threads, path, checkpoints, terminal } = inputs;
  const footprint = await runFootprint(config, genotype === null ? { supports: "first" } : { genotype }, threads);
  const memory = probes.memory();
  const hint = checkpoints === null ? memoryHint(config) : "free some memory, or go on with the run on another machine";
  assertMemory(footprint.memory, memory, hint);
  checkDisk(config, footprint, path, checkpoints, probes);
  if (genotype !== null || memory.bytes > SPREAD * totalOf(footprint.memory)) return;
  const most = await heaviestFootprint(config, threads);
  if (most !== null && totalOf(most.memory) <= memory.bytes) return;
  const room = most === null ? "more than a device can have" : `up to ${formatBytes(totalOf(most.memory))}`;
  terminal.line(
    `memory: about ${formatBytes(totalOf(footprint.memory))} to begin with, ${room} if the search chooses large convolutions; ` +
      `there are ${formatBytes(memory.bytes)}. If it should stop for that: ${hint}`,
  );
}

/** The check of a run that is planned, and whether its network could be exported; `genotype`: what a training was given. */
export async function checkNewRun(
  { flags, threads, terminal }: RunInputs,
  config: RunConfig,
  genotype: Genotype | null,
): Promise<void> {
  rehearseExport(config, genotype);
  await checkRoom({ config, genotype, threads, path: flags.out ?? "runs", checkpoints: null, terminal });
}

/** Null if it is larger than any device. */
async function heaviestFootprint(config: RunConfig, threads: number | "auto"): Promise<RunFootprint | null> {
  try {
    return await runFootprint(config, { supports: "heaviest" }, threads);
  } catch (error) {
    if (error instanceof IstaNasError && error.code === "E_DEVICE_MEMORY") return null;
    throw error;
  }
}

function checkDisk(
  { checkpoints: { kept } }: RunConfig,
  { checkpointBytes, resultBytes }: RunFootprint,
  path: string,
  existing: number | null,
  probes: RoomProbes,
): void {
  const free = probes.disk(path);
  if (free === null) return;
  // The oldest one is removed once the newest is whole.
  const count = Math.max(1, kept + 1 - (existing ?? 0));
  const needs = [
    { what: countOf(count, "checkpoint"), bytes: count * checkpointBytes },
    { what: "results", bytes: resultBytes },
  ];
  const hint =
    existing === null
      ? "make room, lower --checkpoints-kept, or choose another place with --out"
      : "make room, or keep fewer checkpoints: --with checkpoints-kept=1";
  assertDisk(needs, free, hint);
}

function memoryHint({ search, oneStage, retrain }: RunConfig): string {
  const recomputes = (search ?? oneStage ?? retrain).recompute;
  return recomputes ? "lower --batch or --channels" : "lower --batch or --channels, or add --recompute";
}
