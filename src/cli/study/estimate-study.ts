/** @file What the runs of a study would take: a variant is planned once, for its seeds take the same. */
import { type OpenedData, openData, prepareSearch, prepareTraining } from "../../run/index.ts";
import type { StudyPlan } from "../../study/index.ts";
import { DATA_FLAGS } from "../flag-lists.ts";
import type { Terminal } from "../terminal.ts";
import { TerminalHost } from "../terminal-host.ts";

interface EstimateInputs {
  /** `demo`, or an absolute path. */
  readonly data: string;
  readonly terminal: Terminal;
  readonly threads: number | "auto";
}

export interface VariantEstimate {
  readonly variant: string;
  readonly runs: number;
  /** Of each run, as `memoryBytes`. */
  readonly seconds: number;
  readonly memoryBytes: number;
}

/** Starts nothing. Throws what a run would be refused for. */
export async function estimateStudy(
  plan: StudyPlan,
  { data, terminal, threads }: EstimateInputs,
): Promise<readonly VariantEstimate[]> {
  const host = new TerminalHost(terminal.part(), { threads });
  let [opened, openedBy] = [undefined as OpenedData | undefined, ""];
  const estimates: VariantEstimate[] = [];
  for (const { name, architecture, options } of plan.variants) {
    const { space, strategy, ...rest } = options;
    const reading = JSON.stringify(DATA_FLAGS.map((flag) => options[flag] ?? null));
    if (opened === undefined || openedBy !== reading)
      [opened, openedBy] = [await openData(data, options, host), reading];
    const common = { data, seed: plan.seeds[0]!, ...(space === undefined ? {} : { space }), options: rest };
    const prepared =
      architecture === null
        ? await prepareSearch({ ...common, ...(strategy === undefined ? {} : { strategy }) }, host, opened)
        : await prepareTraining({ ...common, architecture }, host, opened);
    estimates.push({ variant: name, runs: plan.seeds.length, ...(await prepared.estimate()) });
  }
  return estimates;
}
