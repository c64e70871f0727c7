/**
 * @file `environment.json`: every session of a run, one a process that worked on it. What is different between two sessions changes how
 * long they take, and nothing else, unless it is the version or a changed setting.
 */
import { availableParallelism, cpus, totalmem } from "node:os";
import { z } from "zod";
import { ARITHMETICS, type Arithmetic, fusedArithmetic, vectorPairs } from "../device/index.ts";
import { memoryLimit } from "./available-memory.ts";
import type { RunFolder } from "./run-folder.ts";

export interface RunSessionRecord {
  /** ISO 8601. */
  readonly startedAt: string;
  /** Checkpoint that it went on from, null for the beginning. */
  readonly from: string | null;
  /** Absolute path of the data, or `demo`: they may have been moved since the run began. Null in records of early versions. */
  readonly data: string | null;
  /** Settings that were changed when it began. */
  readonly changes: readonly { readonly setting: string; readonly from: number | null; readonly to: number }[];
  /** Version of ista-nas. */
  readonly version: string;
  readonly node: string;
  readonly v8: string;
  readonly platform: string;
  readonly architecture: string;
  readonly processor: string;
  readonly cores: number;
  /** As asked for: a number, or one a core. */
  readonly threads: number | "auto";
  /** Of the machine. */
  readonly memoryBytes: number;
  /** Of the container or the process, null for none. */
  readonly memoryLimitBytes: number | null;
  /** Number of the process; null in records of early versions. */
  readonly pid: number | null;
  /** That of the run; null in records of early versions, whose runs are `separate`. */
  readonly arithmetic: Arithmetic | null;
  /** Why this machine could not have fused products; null if it could, and in records of early versions. */
  readonly fusedOff: string | null;
  /** Whether kernels could use vectors of 256 bits; null in records of early versions. */
  readonly wideVectors: boolean | null;
  /** Why they could not; null if they could, and in records of early versions. */
  readonly wideVectorsOff: string | null;
}

const sessionSchema: z.ZodType<RunSessionRecord> = z.object({
  startedAt: z.string(),
  from: z.string().nullable(),
  data: z.string().nullable().default(null),
  changes: z.array(z.object({ setting: z.string(), from: z.number().nullable(), to: z.number() })),
  ...{ version: z.string(), node: z.string(), v8: z.string(), platform: z.string(), architecture: z.string() },
  ...{ processor: z.string(), cores: z.number(), memoryBytes: z.number() },
  memoryLimitBytes: z.number().nullable().default(null),
  pid: z.number().nullable().default(null),
  arithmetic: z.enum(ARITHMETICS).nullable().default(null),
  fusedOff: z.string().nullable().default(null),
  wideVectors: z.boolean().nullable().default(null),
  wideVectorsOff: z.string().nullable().default(null),
  threads: z.union([z.number(), z.literal("auto")]),
});

const environmentSchema = z.object({ sessions: z.array(sessionSchema) });

const ENVIRONMENT_FILE = "environment.json";

/** What this machine and this process are. */
export function thisMachine(): Omit<
  RunSessionRecord,
  "startedAt" | "from" | "data" | "changes" | "version" | "threads" | "arithmetic"
> {
  const { joined, reason } = vectorPairs();
  return {
    node: process.versions.node,
    v8: process.versions.v8,
    platform: process.platform,
    architecture: process.arch,
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    memoryLimitBytes: memoryLimit(),
    pid: process.pid,
    fusedOff: fusedArithmetic().reason,
    wideVectors: joined,
    wideVectorsOff: reason,
  };
}

/** The sessions so far; none if the file is missing or damaged: it is a record, and nothing depends on it. */
export function readSessions(folder: RunFolder): readonly RunSessionRecord[] {
  if (!folder.has(ENVIRONMENT_FILE)) return [];
  try {
    return environmentSchema.parse(folder.readJson(ENVIRONMENT_FILE)).sessions;
  } catch {
    return [];
  }
}

export function recordSession(folder: RunFolder, session: RunSessionRecord): void {
  folder.writeJson(ENVIRONMENT_FILE, { sessions: [...readSessions(folder), session] });
}
