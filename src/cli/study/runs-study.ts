/** @file A study of whole runs, from a file or by name: plans them, lets an engine bring them to their end, and tells what they say. */
import { availableParallelism } from "node:os";
import { basename, resolve } from "node:path";
import { countOf } from "../../count-of.ts";
import { formatDuration } from "../../duration.ts";
import { IstaNasError } from "../../error.ts";
import { spelling } from "../../options/index.ts";
import { percent } from "../../percent.ts";
import { chooseSpace, openData } from "../../run/index.ts";
import {
  type EngineInputs,
  LocalEngine,
  NAMED_STUDIES,
  namesStudyFile,
  planStudy,
  type RunOutcome,
  readStudy,
  type Settings,
  type StudyFile,
  StudyFolder,
  type StudyPlan,
  type StudyResults,
  studyResults,
} from "../../study/index.ts";
import type { CommandInputs } from "../command.ts";
import { COMMAND_FLAGS, type FlagValues } from "../flags.ts";
import { Interrupt } from "../interrupt.ts";
import type { Terminal } from "../terminal.ts";
import { TerminalHost } from "../terminal-host.ts";
import { tellEstimates } from "./dry-run.ts";
import { estimateStudy } from "./estimate-study.ts";
import { SLURM_FLAGS } from "./slurm-flags.ts";
import { slurmStudy } from "./slurm-study.ts";
import { StudyInterruption } from "./study-interruption.ts";
import { tellStudy, writeStudy } from "./write-study.ts";

/** More runs than that are not begun without being asked for. */
const MOST_RUNS = 200;
const RETRIES = 2;

/** Whether what was typed is a study of runs. */
export function isRunsStudy(name: string): boolean {
  return namesStudyFile(name) || Object.hasOwn(NAMED_STUDIES, name);
}

/** Throws what planning it throws; `E_STUDY_RUNS` for very many runs; `E_STUDY_FAILED` if a run failed; `StudyInterruption`. */
export async function runsStudy({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const [name, dataPath] = positional as [string, string];
  const file = await studyOf(name, flags);
  const data = dataPath === "demo" ? dataPath : resolve(dataPath);
  const plan = await planStudy(file, searchOptions(flags), data, flags.seeds);
  assertNotTooMany(plan, flags);
  refuseSlurmFlags(flags);
  if (flags.dryRun === true) {
    return tellEstimates(
      terminal,
      plan,
      await estimateStudy(plan, { data, terminal, threads: flags.threads ?? "auto" }),
    );
  }
  if (flags.engine !== "slurm") await assertReadable(plan, data, terminal);
  const dataName = dataPath === "demo" ? dataPath : basename(data);
  const folder = StudyFolder.open(flags.out ?? `runs/${dataName}-study-${plan.name}`, plan, data);
  if (flags.engine === "slurm") return slurmStudy({ plan, folder, data, dataName, flags, terminal });
  const jobs = flags.jobs ?? 1;
  const threads = flags.threads ?? (jobs === 1 ? "auto" : Math.max(1, Math.floor(availableParallelism() / jobs)));
  terminal.line(
    `${plan.name}: ${countOf(plan.runs.length, "run")}, ${countOf(plan.variants.length, "variant")} with ${countOf(plan.seeds.length, "seed")}, in ${folder.path}`,
  );
  const engine = new LocalEngine({ jobs, threads, retries: flags.retries ?? RETRIES });
  const givenUp = new Map<string, RunOutcome>();
  const write = () => writeStudy(folder, studyResults(folder, plan, dataName, givenUp));
  const reason = await untilStopped(terminal, (stop) =>
    engine.run({ folder, runs: plan.runs, data, stop, onRun: teller(terminal, plan, givenUp, write) }),
  );
  const results = write();
  tellStudy(terminal, results, folder);
  if (reason !== null) throw new StudyInterruption(reason);
  assertAllFinished(results);
}

/** The study of that name, or in that file. Throws what reading it throws. */
export async function studyOf(name: string, flags: FlagValues): Promise<StudyFile> {
  if (namesStudyFile(name)) return readStudy(name);
  const { part } = await chooseSpace(flags.space);
  return NAMED_STUDIES[name as keyof typeof NAMED_STUDIES].file(part, flags);
}

/** Reads the data once, before there is a folder: what is wrong with them would be wrong in every run. Throws what `openData` throws. */
async function assertReadable(plan: StudyPlan, data: string, terminal: Terminal): Promise<void> {
  await openData(data, plan.variants[0]!.options, new TerminalHost(terminal.part()));
}

/** Those of the flags that are options of searches. */
export function searchOptions(flags: FlagValues): Settings {
  const isOption = ([name, value]: readonly [string, unknown]) =>
    value !== undefined && name !== "out" && name !== "seed" && !Object.hasOwn(COMMAND_FLAGS, name);
  return Object.fromEntries(Object.entries(flags).filter(isOption)) as Settings;
}

/** The signal that asked to stop, null if none did. */
async function untilStopped(terminal: Terminal, work: (stop: AbortSignal) => Promise<void>): Promise<string | null> {
  const controller = new AbortController();
  const interrupt = new Interrupt(() => {
    terminal.line("stopping: every run at work leaves a checkpoint first; once more stops waiting for them");
    controller.abort();
  });
  try {
    await work(controller.signal);
    return interrupt.reason;
  } finally {
    interrupt.close();
  }
}

function teller(
  terminal: Terminal,
  plan: StudyPlan,
  givenUp: Map<string, RunOutcome>,
  write: () => StudyResults,
): EngineInputs["onRun"] {
  let done = 0;
  return (run, what) => {
    if (what === "begun" || what === "resumed") {
      terminal.line(`${run.name}: ${what === "begun" ? "begins" : "goes on"}`);
      return;
    }
    if (what === "elsewhere") {
      terminal.line(`${run.name}: another process is at work on it; waiting for its end`);
      return;
    }
    done++;
    const count = `${done} of ${plan.runs.length}`;
    if (what.condition === "failed") {
      givenUp.set(run.name, what);
      terminal.line({ text: `${run.name}: failed: ${what.reason}`, colour: "red" }, ` (${count})`);
    } else terminal.line(`${run.name}: ${percent(what.testAccuracy)} in ${formatDuration(what.seconds)} (${count})`);
    write();
  };
}

/** Throws `E_USAGE_STUDY` for a flag that means something to SLURM alone. */
function refuseSlurmFlags(flags: FlagValues): void {
  if (flags.engine === "slurm") return;
  const foreign = Object.keys(SLURM_FLAGS).find((name) => name !== "engine" && flags[name] !== undefined);
  if (foreign === undefined) return;
  throw new IstaNasError(`--${spelling(foreign)}: got it with the local engine, expected it with --engine slurm`, {
    code: "E_USAGE_STUDY",
    kind: "usage",
    hint: "add --engine slurm, or leave it out",
  });
}

function assertNotTooMany({ runs }: StudyPlan, { yes, dryRun: isDry }: FlagValues): void {
  if (runs.length <= MOST_RUNS || yes === true || isDry === true) return;
  throw new IstaNasError(`study: got ${runs.length} runs, expected at most ${MOST_RUNS} without being asked for`, {
    code: "E_STUDY_RUNS",
    kind: "usage",
    hint: "look at them with --dry-run, and start them with --yes",
  });
}

function assertAllFinished({ runs, rows }: StudyResults): void {
  const failed = rows.reduce((sum, row) => sum + row.failed.length, 0);
  if (failed === 0) return;
  throw new IstaNasError(`study: got ${failed} of ${countOf(runs.length, "run")} that failed, expected none`, {
    code: "E_STUDY_FAILED",
    hint: "study.md says why; what is mended goes on with the same command",
  });
}
