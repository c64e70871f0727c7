/** @file A study as its run folders are now. Only what changed since the last look is read: a finished run is read once. */
import { basename, join } from "node:path";
import { IstaNasError } from "../error.ts";
import { sha256 } from "../files/index.ts";
import { RunFolder, RunLock } from "../store/index.ts";
import {
  type RunOutcome,
  resultsOf,
  runOutcome,
  STUDY_PLAN_FILE,
  StudyFolder,
  type StudyPlan,
  type StudyResults,
  type StudyRun,
  savedPlan,
} from "../study/index.ts";
import type { StudyDetail, StudyRunLine } from "./api.ts";
import { runSignature, stamp } from "./run-signature.ts";
import { type FoundStudy, idOfRun } from "./served-folder.ts";

/** A file that asks for more was not written by a study. */
const MOST_RUNS = 10_000;

interface KnownOutcome {
  readonly signature: string;
  readonly outcome: RunOutcome;
}

interface KnownPlan {
  readonly stamp: string;
  readonly plan: StudyPlan;
  /** Name of the data. */
  readonly data: string;
}

export class StudyReader {
  readonly #id: string;
  readonly #found: FoundStudy;
  readonly #outcomes = new Map<string, KnownOutcome>();
  #known: KnownPlan | null = null;
  #detail: StudyDetail | null = null;
  /** What `#detail` was made of. */
  #parts: readonly unknown[] = [];

  constructor(id: string, found: FoundStudy) {
    this.#id = id;
    this.#found = found;
  }

  /** The same object as before if nothing changed. Of a study that cannot be read it says why. */
  read(): StudyDetail {
    let known: KnownPlan;
    try {
      known = this.#plan();
    } catch (error) {
      if (!(error instanceof IstaNasError)) throw error;
      return this.#keep([error.message], () => unreadable(this.#id, this.#found.isAll, error.message));
    }
    const runs = known.plan.runs.map((run) => ({ run, outcome: this.#outcomeOf(run) }));
    return this.#keep([known, ...runs.map(({ outcome }) => outcome)], () => this.#detailOf(known, runs));
  }

  #keep(parts: readonly unknown[], make: () => StudyDetail): StudyDetail {
    const isSame = parts.length === this.#parts.length && parts.every((part, index) => part === this.#parts[index]);
    if (this.#detail === null || !isSame) this.#detail = make();
    this.#parts = parts;
    return this.#detail;
  }

  #plan(): KnownPlan {
    const { path } = this.#found;
    const now = stamp(join(path, STUDY_PLAN_FILE));
    if (this.#known?.stamp === now) return this.#known;
    const saved = StudyFolder.read(path);
    const asked = saved === null ? 0 : saved.variants.length * saved.seeds.length;
    if (saved === null || asked > MOST_RUNS) {
      const got = saved === null ? "no file" : `${asked} runs`;
      throw new IstaNasError(`${STUDY_PLAN_FILE}: got ${got}, expected what a study writes`, { code: "E_STUDY_OTHER" });
    }
    this.#known = { stamp: now, plan: savedPlan(saved), data: basename(saved.data) };
    return this.#known;
  }

  #outcomeOf(run: StudyRun): RunOutcome {
    const path = join(this.#found.path, run.name);
    const signature = runSignature(path);
    const cached = this.#outcomes.get(run.name);
    if (cached?.signature === signature && !hasEnded(cached.outcome, path)) return cached.outcome;
    const outcome = outcomeAt(path);
    this.#outcomes.set(run.name, { signature, outcome });
    return outcome;
  }

  #detailOf({ plan, data }: KnownPlan, runs: StudyResults["runs"]): StudyDetail {
    const { rows, sentence, problem } = comparison(plan, data, runs);
    const lines = runs.map(({ run, outcome }) => this.#lineOf(run, outcome));
    const { name, summary, baseline, seeds } = plan;
    const conditions = ["finished", "running", "interrupted", "waiting", "failed"] as const;
    const countOf = (condition: RunOutcome["condition"]) =>
      runs.filter(({ outcome }) => outcome.condition === condition).length;
    const counts = conditions.map((condition) => [condition, countOf(condition)] as const);
    const content = {
      summary,
      baseline,
      seeds,
      variants: plan.variants.map((variant) => variant.name),
      rows,
      runs: lines,
    };
    return {
      line: {
        ...{ id: this.#id, name, data, sentence, problem, isAll: this.#found.isAll },
        counts: Object.fromEntries(counts) as StudyDetail["line"]["counts"],
        version: sha256(JSON.stringify(content)).toString("hex").slice(0, 16),
      },
      ...content,
    };
  }

  #lineOf({ name, variant, seed }: StudyRun, outcome: RunOutcome): StudyRunLine {
    const id = this.#found.isAll ? name : idOfRun(this.#id, name);
    return { id, name, variant: variant.name, seed, outcome };
  }
}

interface Comparison {
  readonly rows: StudyResults["rows"];
  readonly sentence: string | null;
  readonly problem: string | null;
}

/** Runs of different images are shown and not compared. */
function comparison(plan: StudyPlan, data: string, runs: StudyResults["runs"]): Comparison {
  try {
    const { rows, sentence } = resultsOf(runs, plan, data);
    return { rows, sentence, problem: null };
  } catch (error) {
    if (error instanceof IstaNasError) return { rows: [], sentence: null, problem: error.message };
    throw error;
  }
}

/** A run whose files were changed or torn is one that failed, as `E_RUN_FILE`. */
function outcomeAt(path: string): RunOutcome {
  try {
    return runOutcome(path);
  } catch (error) {
    const reason = error instanceof IstaNasError ? error.message : "its files are not what a run writes";
    return { condition: "failed", code: "E_RUN_FILE", reason };
  }
}

/** Whether the process at work on a run is gone: nothing in the folder changes by that. */
function hasEnded({ condition }: RunOutcome, path: string): boolean {
  return condition === "running" && RunFolder.isRun(path) && !RunLock.isHeld(RunFolder.open(path));
}

function unreadable(id: string, isAll: boolean, problem: string): StudyDetail {
  const counts = { finished: 0, running: 0, interrupted: 0, waiting: 0, failed: 0 };
  return {
    line: { ...{ id, name: id, data: null, counts, sentence: null, problem, isAll }, version: problem },
    ...{ summary: null, baseline: "", seeds: [], variants: [], rows: [], runs: [] },
  };
}
