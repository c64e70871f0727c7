/** @file Tells what the runs of a study would take, before any of them begins. */
import { countOf } from "../../count-of.ts";
import { formatDuration } from "../../duration.ts";
import { formatBytes } from "../../store/index.ts";
import type { StudyPlan } from "../../study/index.ts";
import { formatTable } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import type { VariantEstimate } from "./estimate-study.ts";

export function tellEstimates(terminal: Terminal, plan: StudyPlan, estimates: readonly VariantEstimate[]): void {
  const total = estimates.reduce((sum, { runs, seconds }) => sum + runs * seconds, 0);
  const cells = estimates.map(({ variant, runs, seconds, memoryBytes }) => [
    ...[variant, String(runs), formatDuration(seconds), formatBytes(memoryBytes)],
  ]);
  terminal.line();
  for (const line of formatTable(["variant", "runs", "time of each", "memory of each"], cells)) terminal.line(...line);
  terminal.line();
  terminal.line(
    `${countOf(plan.runs.length, "run")}, about ${formatDuration(total)} one after the other; nothing was started`,
  );
  terminal.result({
    ...{ study: plan.name, runs: plan.runs.map(({ name }) => name), seconds: total },
    variants: estimates,
  });
}
