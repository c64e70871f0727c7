/**
 * @file Memory that this process may have, and how much of it is left: what the machine has to spare, or less where a container is limited.
 * Every source is asked and the smallest answer counts.
 */
import { readFileSync } from "node:fs";
import { freemem, totalmem } from "node:os";

/** What is asked; tests put their own in place. */
export interface MemoryProbes {
  readonly platform: NodeJS.Platform;
  /** Null for a file that is not there. */
  readText(path: string): string | null;
  /** Bytes, of the whole machine. */
  freeMemory(): number;
  totalMemory(): number;
  /** Limit of the process, 0 or more than the machine has if there is none. */
  constrainedMemory(): number;
  /** Bytes that this process has now. */
  ownMemory(): number;
}

export interface AvailableMemory {
  readonly bytes: number;
  /** Who says so, as it stands behind "according to". */
  readonly source: string;
}

const THIS_MACHINE: MemoryProbes = {
  platform: process.platform,
  readText: (path) => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return null;
    }
  },
  freeMemory: freemem,
  totalMemory: totalmem,
  constrainedMemory: () => process.constrainedMemory(),
  ownMemory: () => process.memoryUsage.rss(),
};

export function availableMemory(probes: MemoryProbes = THIS_MACHINE): AvailableMemory {
  const left = limitsOf(probes).map(({ most, used, source }) => ({ bytes: Math.max(0, most - used), source }));
  return [ofMachine(probes), ...left].reduce((least, answer) => (answer.bytes < least.bytes ? answer : least));
}

/** Bytes that this process may have at most, with others in its container; null where only the machine is the limit. */
export function memoryLimit(probes: MemoryProbes = THIS_MACHINE): number | null {
  const least = Math.min(...limitsOf(probes).map(({ most }) => most));
  return least < probes.totalMemory() ? least : null;
}

/** One limit, and what is taken of it. */
interface Limit {
  readonly most: number;
  readonly used: number;
  readonly source: string;
}

function limitsOf(probes: MemoryProbes): readonly Limit[] {
  return [...ofCgroups(probes), ...ofProcess(probes)];
}

function ofMachine({ platform, readText, freeMemory, totalMemory }: MemoryProbes): AvailableMemory {
  const match = /^MemAvailable:\s+(\d+) kB$/m.exec(readText("/proc/meminfo") ?? "");
  if (match !== null) return { bytes: 1024 * Number(match[1]), source: "MemAvailable of /proc/meminfo" };
  // What macOS calls free leaves out all that it would give back when asked: no measure of what can be had.
  if (platform === "darwin") return { bytes: totalMemory(), source: "the memory of the machine" };
  return { bytes: freeMemory(), source: "the free memory of the machine" };
}

/** Files of a control group by its version. */
const FILES = {
  v2: { root: "/sys/fs/cgroup", limit: "memory.max", usage: "memory.current" },
  v1: { root: "/sys/fs/cgroup/memory", limit: "memory.limit_in_bytes", usage: "memory.usage_in_bytes" },
} as const;

/** The control groups of the process and those above it, each of which may have a limit. Inside of a container only the upper ones are seen. */
function ofCgroups({ readText }: MemoryProbes): readonly Limit[] {
  const limits: Limit[] = [];
  for (const line of (readText("/proc/self/cgroup") ?? "").split("\n")) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (path === undefined) continue;
    if (controllers !== "" && !controllers!.split(",").includes("memory")) continue;
    const { root, limit, usage } = FILES[controllers === "" ? "v2" : "v1"];
    const parts = path.split("/").filter((part) => part !== "");
    for (let depth = parts.length; depth >= 0; depth--) {
      const folder = [root, ...parts.slice(0, depth)].join("/");
      const most = Number.parseInt(readText(`${folder}/${limit}`) ?? "", 10);
      const used = Number.parseInt(readText(`${folder}/${usage}`) ?? "", 10);
      if (Number.isNaN(most) || Number.isNaN(used)) continue;
      // Pages of files that were not used of late go when memory is short.
      const cached = Number(
        /^(?:total_)?inactive_file (\d+)$/m.exec(readText(`${folder}/memory.stat`) ?? "")?.[1] ?? 0,
      );
      limits.push({ most, used: Math.max(0, used - cached), source: `the limit in ${folder}/${limit}` });
    }
  }
  return limits;
}

function ofProcess({ constrainedMemory, totalMemory, ownMemory }: MemoryProbes): readonly Limit[] {
  const most = constrainedMemory();
  if (!(most > 0 && most < totalMemory())) return [];
  return [{ most, used: ownMemory(), source: "the limit of the process" }];
}
