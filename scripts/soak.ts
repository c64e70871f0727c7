/**
 * @file Short searches of both strategies, one after the other in one process, for hours: what is not given back shows as memory, threads,
 * open files or timers that grow. `npm run soak -- [--minutes 120]`; it prints a line a search on standard error and ends with exit status 1 if
 * anything grew after the first ten minutes (or the first twelfth of a shorter soak), from the first half of the rest to the second: of memory the
 * median, of all else the most. The npm script tells the C library to give memory back as soon as it is free: left alone it keeps up to 64 MiB,
 * sometimes more and sometimes less, in which a leak would not be seen.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { main } from "../src/cli/main.ts";

const SMALL = ["search", "demo", "--channels", "4", "--cells", "3", "--batch", "128", "--retrain-epochs", "1"];
const SEARCHES: readonly (readonly string[])[] = [
  [...SMALL, "--epochs", "1"],
  [...SMALL, "--strategy", "one-stage", "--max-search-epochs", "1"],
];
/** Growth of the median of memory that is no leak yet: for an hour and more functions still become hot and are compiled (3 % were measured). */
const NOISE = 1.05;
const COLLECTIONS = 5;

interface Reading {
  readonly minutes: number;
  readonly residentMiB: number;
  /** JavaScript objects in use by the main thread. */
  readonly heapUsedMiB: number;
  /** Bytes outside the heap that these hold. */
  readonly externalMiB: number;
  readonly threads: number;
  readonly openFiles: number;
  /** Timers and the like that would keep the process alive. */
  readonly resources: number;
}

/** Some memory, as that of workers, is given back only a moment after it was found to be unused. */
async function collectGarbage(): Promise<void> {
  for (let round = 0; round < COLLECTIONS; round++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function read(startedAt: number): Reading {
  const status = readFileSync("/proc/self/status", "utf8");
  const field = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)![1]);
  const { heapUsed, external } = process.memoryUsage();
  return {
    minutes: (performance.now() - startedAt) / 60_000,
    residentMiB: field("VmRSS") / 1024,
    heapUsedMiB: heapUsed / 2 ** 20,
    externalMiB: external / 2 ** 20,
    threads: field("Threads"),
    openFiles: readdirSync("/proc/self/fd").length,
    resources: process.getActiveResourcesInfo().filter((kind) => !/TTY|Pipe|FS/.test(kind)).length,
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

const highest = (readings: readonly Reading[], figure: keyof Reading) =>
  Math.max(...readings.map((one) => one[figure]));

async function soak(minutes: number): Promise<readonly string[]> {
  const startedAt = performance.now();
  const folder = mkdtempSync(join(tmpdir(), "ista-nas-soak-"));
  const readings: Reading[] = [];
  for (let run = 0; performance.now() - startedAt < minutes * 60_000; run++) {
    const out = join(folder, `run${run}`);
    await main([...SEARCHES[run % SEARCHES.length]!, "--seed", String(run), "--out", out]);
    if (process.exitCode !== undefined && process.exitCode !== 0) throw new Error(`run ${run} failed`);
    rmSync(out, { recursive: true });
    await collectGarbage();
    const reading = read(startedAt);
    readings.push(reading);
    console.error(`${run + 1}\t${JSON.stringify(reading)}`);
  }
  rmSync(folder, { recursive: true });
  const settled = Math.min(10, minutes / 12);
  const after = readings.filter((one) => one.minutes > settled);
  const half = Math.floor(after.length / 2);
  const [first, second] = [after.slice(0, half), after.slice(half)];
  const grown = (["threads", "openFiles", "resources"] as const).filter((f) => highest(second, f) > highest(first, f));
  const usual = (part: readonly Reading[], figure: keyof Reading) => median(part.map((one) => one[figure]));
  const heavier = (["residentMiB", "heapUsedMiB", "externalMiB"] as const).filter(
    (figure) => usual(second, figure) > NOISE * usual(first, figure),
  );
  return [...grown, ...heavier];
}

const { values: flags } = parseArgs({ options: { minutes: { type: "string", default: "120" } } });
const grown = await soak(Number(flags.minutes));
console.error(grown.length === 0 ? "nothing grew" : `grew in the second half: ${grown.join(", ")}`);
process.exitCode = grown.length === 0 ? 0 : 1;
