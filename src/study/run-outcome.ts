/** @file What came of one run of a study, or how far it is, by its folder alone: whoever works on it, and wherever. */
import { z } from "zod";
import { FAILURE_FILE, loadRunConfig, RunFolder, readRunOverview, SUMMARY_FILE } from "../store/index.ts";

export type RunOutcome =
  /** Not begun, at work, or stopped in the middle. */
  | { readonly condition: "waiting" | "running" | "interrupted"; readonly progress: string | null }
  | { readonly condition: "failed"; readonly code: string; readonly reason: string }
  | ({ readonly condition: "finished" } & RunFigures);

/** Of a run that is finished. */
export interface RunFigures {
  /** On the test split, 0..1. */
  readonly testAccuracy: number;
  readonly parameters: number;
  /** Multiply-accumulates of one image. */
  readonly macs: number;
  /** That all its sessions took. */
  readonly seconds: number;
  /** Multiply-accumulates that all its passes took; null in runs of versions that did not count. */
  readonly compute: number | null;
  /** Of the data; null in runs of early versions. */
  readonly fingerprint: string | null;
  readonly reading: DataReading;
}

/** How images were read and split. Runs that share it had to come to the same ones, others are of different ones by what they were asked for. */
interface DataReading {
  /** Null where images are as large as they are. */
  readonly imageSize: number | null;
  readonly fit: string;
  readonly testFraction: number;
  readonly maxBadImageRate: number;
  /** Of the draw of the test images; null where the data have a part for testing. */
  readonly splitSeed: number | null;
}

const summarySchema = z
  .object({
    ...{ testAccuracy: z.number(), parameters: z.number(), macs: z.number(), seconds: z.number() },
    compute: z.object({ search: z.number(), evaluation: z.number(), training: z.number() }).optional(),
  })
  .transform(({ compute, ...figures }) => ({
    ...figures,
    compute: compute === undefined ? null : compute.search + compute.evaluation + compute.training,
  }));
const DATA_REPORT_FILE = "data.json";
const reportSchema = z.object({ testSplit: z.object({ kind: z.string() }) });
const failureSchema = z.object({ code: z.string(), message: z.string() });

/** Of the run folder at `path`. Throws what reading a run throws. */
export function runOutcome(path: string): RunOutcome {
  if (!RunFolder.isRun(path)) return { condition: "waiting", progress: null };
  const folder = RunFolder.open(path);
  if (folder.has(SUMMARY_FILE)) {
    const { seed, data } = loadRunConfig(folder);
    const { fingerprint, imageSize, fit, testFraction, maxBadImageRate } = data;
    const reading = { imageSize, fit, testFraction, maxBadImageRate, splitSeed: hasOwnTest(folder) ? null : seed };
    return { condition: "finished", ...summarySchema.parse(folder.readJson(SUMMARY_FILE)), fingerprint, reading };
  }
  const { condition, progress, reason } = readRunOverview(folder);
  if (condition === "failed") {
    const { code, message } = failureSchema.parse(folder.readJson(FAILURE_FILE));
    return { condition, code, reason: message };
  }
  if (condition === "unreadable") return { condition: "failed", code: "E_RUN_FILE", reason: reason ?? "" };
  return { condition: condition === "running" ? "running" : "interrupted", progress };
}

function hasOwnTest(folder: RunFolder): boolean {
  if (!folder.has(DATA_REPORT_FILE)) return false;
  const report = reportSchema.safeParse(folder.readJson(DATA_REPORT_FILE));
  return report.success && report.data.testSplit.kind === "given";
}

/** Whether a failure would come again however often the run is gone on with. */
export function isFinal({ code }: { readonly code: string }): boolean {
  return code === "E_TRAIN_DIVERGED" || code === "E_RUN_FILE";
}
