/** @file Refuses a run that this machine has no room for, before there is a run folder and before anything is trained. */
import { countOf } from "../count-of.ts";
import { IstaNasError } from "../error.ts";
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
} from "../store/index.ts";
import { blameLater } from "./own-module.ts";
import { rehearseExport } from "./rehearse-export.ts";
import { rehearseAbsorption, rehearseNetworks } from "./rehearse-networks.ts";
import { type RunFootprint, runFootprint } from "./run-footprint.ts";
import { note, type RunHost } from "./run-host.ts";
import type { RunInputs } from "./run-inputs.ts";
import type { RunParts } from "./run-parts.ts";

/** Up to this many times what the first supports need, the heaviest ones were never seen to need more. */
const SPREAD = 3;

export interface CapacityInputs {
  readonly config: RunConfig;
  readonly parts: RunParts;
  /** What is trained, if no search comes before it; else null. */
  readonly architecture: unknown;
  /** Where the run folder is or will be. */
  readonly path: string;
  /** Checkpoints that a run that goes on has already; null for a new run. */
  readonly checkpoints: number | null;
  readonly host: RunHost;
}

/** What there is; tests put their own in place. */
export interface CapacityProbes {
  memory(): AvailableMemory;
  disk(path: string): FreeDisk | null;
}

const THIS_MACHINE: CapacityProbes = { memory: () => availableMemory(), disk: freeDisk };

/**
 * Says so where a search may come to need more memory than there is, though it can begin.
 * @throws E_RUN_MEMORY, E_RUN_DISK, E_DEVICE_MEMORY with what is needed, what there is, and what to lower
 */
export async function checkCapacity(inputs: CapacityInputs, probes: CapacityProbes = THIS_MACHINE): Promise<void> {
  const { config, parts, architecture, path, checkpoints, host } = inputs;
  const { threads } = host;
  const isKnown = architecture !== null;
  const footprint = await runFootprint(config, parts, isKnown ? { architecture } : { supports: "first" }, threads);
  const memory = probes.memory();
  const hint = checkpoints === null ? memoryHint(config) : "free some memory, or go on with the run on another machine";
  assertMemory(footprint.memory, memory, hint);
  checkDisk(config, footprint, path, checkpoints, probes);
  if (isKnown || memory.bytes > SPREAD * totalOf(footprint.memory)) return;
  const most = await heaviestFootprint(config, parts, threads);
  if (most !== null && totalOf(most.memory) <= memory.bytes) return;
  const room = most === null ? "more than a device can have" : `up to ${formatBytes(totalOf(most.memory))}`;
  note(
    host,
    `memory: about ${formatBytes(totalOf(footprint.memory))} to begin with, ${room} if the search chooses large convolutions; ` +
      `there are ${formatBytes(memory.bytes)}. If it should stop for that: ${hint}`,
  );
}

/** The check of a run that is planned, and whether its network could be exported; `architecture`: what a training was given, else null. */
export async function checkNewRun(
  { options, host, space }: Pick<RunInputs, "options" | "host" | "space">,
  config: RunConfig,
  parts: RunParts,
  architecture: unknown,
): Promise<void> {
  const check = async () => {
    rehearseExport(config, parts.space, architecture);
    rehearseAbsorption(config, parts);
    await checkCapacity({ config, parts, architecture, path: options.out ?? "runs", checkpoints: null, host });
  };
  if (space.module === undefined) return check();
  const own = { what: "space", path: space.module.path } as const;
  await blameLater(own, "its networks", async () => {
    await rehearseNetworks(config, parts);
    await check();
  });
}

/** Null if it is larger than any device. */
async function heaviestFootprint(
  config: RunConfig,
  parts: RunParts,
  threads: number | "auto",
): Promise<RunFootprint | null> {
  try {
    return await runFootprint(config, parts, { supports: "heaviest" }, threads);
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
  probes: CapacityProbes,
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

function memoryHint({ strategy, training }: RunConfig): string {
  const { recompute = false } = (strategy?.options ?? training) as { readonly recompute?: boolean };
  const lower = "lower --batch or --channels, raise --accumulate";
  return recompute ? lower : `${lower}, or add --recompute`;
}
