/** @file The file that `npm run bench` writes and compares with. */
import { accessSync, constants, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { usageError } from "./command.ts";
import { cpuModel, gitCommit } from "./machine.ts";
import { summarise, type Timing } from "./samples.ts";

interface FigureTiming extends Timing {
  /** How many were taken. */
  readonly samples: number;
}

export interface Report {
  readonly node: string;
  readonly cpu: string;
  readonly threads: number;
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly commit: string | null;
  /** Milliseconds, by the name of the figure. */
  readonly figures: Readonly<Record<string, FigureTiming>>;
}

const REPORT: z.ZodType<Report> = z.object({
  node: z.string(),
  cpu: z.string(),
  threads: z.number().int().positive(),
  date: z.string(),
  commit: z.string().nullable(),
  figures: z.record(
    z.string(),
    z.object({ min: z.number().positive(), median: z.number().positive(), samples: z.number().int().positive() }),
  ),
});

export function reportOf(samples: ReadonlyMap<string, readonly number[]>, threads: number): Report {
  const figures = [...samples].map(
    ([name, values]) => [name, { ...summarise(values), samples: values.length }] as const,
  );
  return {
    node: process.version,
    cpu: cpuModel(),
    threads,
    date: new Date().toISOString(),
    commit: gitCommit(),
    figures: Object.fromEntries(figures),
  };
}

/** Reads a report. Throws a usage error if the file cannot be read or is not one. */
export function readReport(file: string): Report {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw usageError(`${file}: cannot be read as JSON: ${(error as Error).message}`);
  }
  const parsed = REPORT.safeParse(content);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw usageError(`${file}: is not a file of npm run bench: ${path.join(".") || "the whole"}: ${message}`);
}

/** Throws a usage error if a file cannot be written there; asked before minutes of measuring. */
export function assertWritable(file: string): void {
  try {
    accessSync(dirname(resolve(file)), constants.W_OK);
  } catch (error) {
    throw usageError(`--out ${file}: its folder cannot be written: ${(error as Error).message}`);
  }
}

export function writeReport(file: string, report: Report): void {
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
}
