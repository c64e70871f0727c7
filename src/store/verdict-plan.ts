/**
 * @file What a verdict is made of: which baselines are trained, for how long. Written once before they are, so that a verdict that goes on comes to
 * what it would have come to.
 */
import { z } from "zod";
import { BOUNDS } from "../bounds.ts";
import { IstaNasError } from "../error.ts";
import { BASELINE_NAME } from "../spaces/index.ts";
import type { RunFolder } from "./run-folder.ts";

export const VERDICT_FILE = "verdict.json";

/** Where the runs of the baselines lie, each under its name. */
export const VERDICT_FOLDER = "verdict";

export interface PlannedBaseline {
  readonly name: string;
  readonly summary: string;
  readonly isRandom: boolean;
  readonly isBeyondLimits: boolean;
  /** As its space writes it. */
  readonly architecture: string;
  readonly epochs: number;
  /** That these are expected to take. */
  readonly seconds: number;
}

export interface VerdictPlan {
  /** How many random architectures are asked for, and whether all baselines of the space are, or the first. */
  readonly random: number;
  readonly published: boolean;
  /** That the epochs of search and training took; null until the first baseline is planned. */
  readonly seconds: number | null;
  readonly baselines: readonly PlannedBaseline[];
  /** Whether `summary.json` has the verdict of all of them. */
  readonly isDone: boolean;
}

export const MOST_RANDOM_BASELINES = 100;

/** What is asked for if nothing else is: the baseline by hand and a random architecture. */
export const NEW_VERDICT: VerdictPlan = { random: 1, published: false, seconds: null, baselines: [], isDone: false };

const RANDOM_NAME = /^random-[1-9]\d{0,2}$/;

const schema: z.ZodType<VerdictPlan> = z.object({
  random: z.int().min(0).max(MOST_RANDOM_BASELINES),
  published: z.boolean(),
  seconds: z.number().min(0).nullable(),
  baselines: z.array(
    z.object({
      name: z.union([z.string().regex(BASELINE_NAME), z.string().regex(RANDOM_NAME)]),
      ...{ summary: z.string(), isRandom: z.boolean(), isBeyondLimits: z.boolean(), architecture: z.string() },
      epochs: z.int().min(1).max(BOUNDS.epochs),
      seconds: z.number().min(0),
    }),
  ),
  isDone: z.boolean(),
});

/** Null for a run without one. Throws `E_RUN_FILE` for what is none. */
export function readVerdictPlan(folder: RunFolder): VerdictPlan | null {
  if (!folder.has(VERDICT_FILE)) return null;
  const { data, error } = schema.safeParse(folder.readJson(VERDICT_FILE));
  if (data !== undefined) return data;
  throw new IstaNasError(`run ${folder.name}: ${VERDICT_FILE}: got something else than a run writes there`, {
    code: "E_RUN_FILE",
    hint: "bring the file back, or remove it and ask for the verdict again",
    cause: error,
  });
}

/** Whether a verdict was asked for that is not passed yet. Throws as `readVerdictPlan` does. */
export function hasOpenVerdict(folder: RunFolder): boolean {
  return readVerdictPlan(folder)?.isDone === false;
}

export function saveVerdictPlan(folder: RunFolder, plan: VerdictPlan): void {
  folder.writeJson(VERDICT_FILE, plan);
}

/** What was asked for stays, what was planned and trained goes: the run is about to become another. Nothing happens to a run without a plan. */
export function restartVerdict(folder: RunFolder): void {
  const plan = readVerdictPlan(folder);
  if (plan === null) return;
  saveVerdictPlan(folder, { ...plan, seconds: null, baselines: [], isDone: false });
  folder.removeFolder(VERDICT_FOLDER);
}
