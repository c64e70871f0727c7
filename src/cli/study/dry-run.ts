/** @file What the runs of a study would take, before any of them begins: a variant is planned once, for its seeds take the same. */
import { formatDuration } from "../../duration.ts";
import { openData, prepareSearch, prepareTraining } from "../../run/index.ts";
import { formatBytes } from "../../store/index.ts";
import type { StudyPlan } from "../../study/index.ts";
import { formatTable } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { TerminalHost } from "../terminal-host.ts";

interface DryRunInputs {
  /** `demo`, or an absolute path. */
  readonly data: string;
  readonly terminal: Terminal;
  readonly threads: number | "auto";
}

/** Starts nothing. Throws what a run would be refused for. */
export async function dryRun(plan: StudyPlan, { data, terminal, threads }: DryRunInputs): Promise<void> {
  const host = new TerminalHost(terminal.part(), threads);
  const opened = await openData(data, plan.variants[0]!.options, host);
  const rows: {
    readonly variant: string;
    readonly runs: number;
    readonly seconds: number;
    readonly memoryBytes: number;
  }[] = [];
  for (const { name, architecture, options } of plan.variants) {
    const { space, strategy, ...rest } = options;
    const common = { data, seed: plan.seeds[0]!, ...(space === undefined ? {} : { space }), options: rest };
    const prepared =
      architecture === null
        ? await prepareSearch({ ...common, ...(strategy === undefined ? {} : { strategy }) }, host, opened)
        : await prepareTraining({ ...common, architecture }, host, opened);
    rows.push({ variant: name, runs: plan.seeds.length, ...(await prepared.estimate()) });
  }
  const total = rows.reduce((sum, { runs, seconds }) => sum + runs * seconds, 0);
  const cells = rows.map(({ variant, runs, seconds, memoryBytes }) => [
    ...[variant, String(runs), formatDuration(seconds), formatBytes(memoryBytes)],
  ]);
  terminal.line();
  for (const line of formatTable(["variant", "runs", "time of each", "memory of each"], cells)) terminal.line(...line);
  terminal.line();
  terminal.line(`${plan.runs.length} runs, about ${formatDuration(total)} one after the other; nothing was started`);
  terminal.result({ study: plan.name, runs: plan.runs.map(({ name }) => name), seconds: total, variants: rows });
}
