/** @file The verdict on a search: trains the baselines that are planned, compares them, and writes what comes of it where the run's end is told. */
import { countOf } from "../../count-of.ts";
import { formatDuration } from "../../duration.ts";
import {
  describeParity,
  formatModelCard,
  type ParityReport,
  type ParitySkipped,
  type Verdict,
} from "../../export/index.ts";
import {
  ARCHITECTURE_FILE,
  hasOpenVerdict,
  Journal,
  RunLock,
  readVerdictPlan,
  SUMMARY_FILE,
  saveVerdictPlan,
  type VerdictPlan,
} from "../../store/index.ts";
import { drawFound } from "../draw-found.ts";
import { Interruption, reasonToStop } from "../interruption.ts";
import { keptReport, keptTaskReports } from "../kept-report.ts";
import { originOf } from "../origin-of.ts";
import { note, type RunSummary, type StopWatch } from "../run-host.ts";
import type { RunSession } from "../run-session.ts";
import { compareBaselines } from "./compare-baselines.ts";
import type { JudgedRun } from "./judged-run.ts";
import { planBaselines } from "./plan-baselines.ts";
import { isTrained, trainBaseline } from "./train-baseline.ts";

/**
 * Goes on with the verdict that was asked for, to its end; returns the summary with it.
 * @param takesOver as of `RunLock.acquire`
 * @throws what a run throws, by the name of the baseline's run; `Interruption` with that of the search
 */
export async function passVerdict(run: JudgedRun, takesOver = false): Promise<RunSummary> {
  const lock = RunLock.acquire(run.folder, { takesOver });
  const watch = run.host.watchForStop?.() ?? null;
  try {
    return await trainAndCompare(watched(run, watch), watch, lock);
  } catch (error) {
    throw error instanceof Interruption ? new Interruption(error.reason, run.folder.path) : error;
  } finally {
    watch?.close();
    lock.release();
  }
}

/** One watch for all baselines: who asks one of them to stop asks the verdict to. */
function watched(run: JudgedRun, watch: StopWatch | null): JudgedRun {
  if (watch === null) return run;
  const shared = {
    get reason() {
      return watch.reason;
    },
    close: () => undefined,
  };
  return { ...run, host: { ...run.host, watchForStop: () => shared } };
}

async function trainAndCompare(run: JudgedRun, watch: StopWatch | null, lock: RunLock): Promise<RunSummary> {
  const { folder, host } = run;
  const plan = await planBaselines(run, readVerdictPlan(folder)!);
  tellPlan(run, plan);
  for (const [index, baseline] of plan.baselines.entries()) {
    if (isTrained(run, baseline)) continue;
    const reason = reasonToStop(host, watch);
    if (reason !== null) throw new Interruption(reason, folder.path);
    const { name, epochs, seconds } = baseline;
    const place = `${index + 1} of ${plan.baselines.length}`;
    note(host, `verdict ${place}: ${name}, ${countOf(epochs, "epoch")} in about ${formatDuration(seconds)}`);
    await trainBaseline(run, baseline);
    lock.assertHeld();
  }
  const verdict = compareBaselines(run, plan);
  const summary: RunSummary = { ...(folder.readJson(SUMMARY_FILE) as RunSummary), verdict };
  folder.writeJson(SUMMARY_FILE, summary);
  writeModelCard(run, summary, verdict);
  new Journal(folder, () => new Date()).append({ kind: "verdict", sentences: verdict.sentences });
  saveVerdictPlan(folder, { ...plan, isDone: true });
  host.onEvent({ kind: "verdict", verdict });
  return summary;
}

/** The summary of a run that just ended, with the verdict on it if one was asked for. Throws as `passVerdict` does. */
export async function withVerdict(
  { folder, config, parts, host, data }: RunSession,
  summary: RunSummary,
): Promise<RunSummary> {
  if (!hasOpenVerdict(folder)) return summary;
  return passVerdict({ folder, config, parts, host, openData: async () => data });
}

function tellPlan(run: JudgedRun, { seconds, baselines }: VerdictPlan): void {
  if (run.parts.space.baselines === undefined || run.parts.space.baselines.length === 0) {
    note(
      run.host,
      `verdict: the space ${run.parts.spaceKind.kind} names no baselines: random architectures alone are trained`,
    );
  }
  const left = baselines.filter((baseline) => !isTrained(run, baseline));
  if (left.length === 0) return;
  const expected = left.reduce((sum, baseline) => sum + baseline.seconds, 0);
  const each = `as long as search and training took, ${formatDuration(seconds ?? 0)}`;
  note(
    run.host,
    `verdict: ${countOf(left.length, "network")} that no search has to find, each trained ${each}: about ${formatDuration(expected)} more`,
  );
}

/** The card as the run wrote it, with the verdict. */
function writeModelCard({ folder, config, parts }: JudgedRun, summary: RunSummary, verdict: Verdict): void {
  const { parameters, macs, seconds } = summary;
  // Compared by the same answers just now: they are there.
  const report = keptReport(folder, config.classNames)!;
  const architecture = parts.space.parse(folder.readText(ARCHITECTURE_FILE));
  const card = formatModelCard({
    ...{ config, verdict, diagram: drawFound(parts.space, architecture, summary).diagram },
    figures: { report, otherTasks: keptTaskReports(folder, config), parameters, macs, seconds },
    parity: describeParity(folder.readJson("parity.json") as ParityReport | ParitySkipped),
    size: parts.spaceKind.describe(config.training.network),
    origin: originOf(config, parts, summary),
  });
  folder.write("README.md", card);
}
