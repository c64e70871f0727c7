/** @file What a study leaves behind beside its runs: `study.json`, `study.csv` and `study.md`, written anew whenever a run has ended. */
import { formatCompute } from "../format-compute.ts";
import { percent } from "../percent.ts";
import type { MeanInterval } from "../statistics/index.ts";
import type { VariantRow } from "./compare-variants.ts";
import type { RunOutcome } from "./run-outcome.ts";
import type { StudyRun } from "./study-plan.ts";

export interface StudyResults {
  readonly study: string;
  readonly summary: string | null;
  /** Name of the data. */
  readonly data: string;
  readonly baseline: string;
  readonly seeds: readonly number[];
  readonly rows: readonly VariantRow[];
  readonly runs: readonly { readonly run: StudyRun; readonly outcome: RunOutcome }[];
  readonly sentence: string;
}

/** Everything, for programs. */
export function studyJson({ runs, rows, ...rest }: StudyResults): object {
  return {
    ...rest,
    variants: rows.map((row) => ({ ...figuresOf(row), failed: row.failed, open: row.open })),
    runs: runs.map(({ run, outcome }) => ({ run: run.name, variant: run.variant.name, seed: run.seed, ...outcome })),
  };
}

const COLUMNS = [
  ...["variant", "seeds", "failed", "open", "testAccuracy", "standardDeviation", "half"],
  ...["difference", "differenceHalf", "differenceSeeds", "parameters", "macs", "compute", "seconds"],
] as const;

type Figures = Readonly<Record<(typeof COLUMNS)[number], string | number | null>>;

/** Accuracies in percent, differences in points, halves of intervals of 95 %. */
function figuresOf({ variant, finished, failed, open, accuracy, difference, ...means }: VariantRow): Figures {
  return {
    ...{ variant, seeds: finished.length, failed: failed.length, open },
    testAccuracy: accuracy?.mean ?? null,
    standardDeviation: accuracy?.standardDeviation ?? null,
    half: accuracy?.half ?? null,
    difference: difference?.mean ?? null,
    differenceHalf: difference?.half ?? null,
    differenceSeeds: difference?.seeds ?? null,
    ...{ parameters: means.parameters, macs: means.macs, compute: means.compute, seconds: means.seconds },
  };
}

/** A row a variant. */
export function studyCsv({ rows }: StudyResults): string {
  const lines = rows.map((row) => {
    const figures = figuresOf(row);
    return COLUMNS.map((column) => figures[column] ?? "");
  });
  return [COLUMNS, ...lines].map((line) => `${line.join(",")}\n`).join("");
}

export const STUDY_HEADINGS: readonly string[] = [
  ...["variant", "seeds", "test accuracy, %", "difference", "parameters", "MACs", "compute", "seconds"],
];

/** The table for people, a row a variant with the cells of `STUDY_HEADINGS`. */
export function studyTable({
  rows,
  baseline,
}: Pick<StudyResults, "rows" | "baseline">): readonly (readonly string[])[] {
  return rows.map(({ variant, finished, failed, open, accuracy, difference, parameters, macs, compute, seconds }) => {
    const rest = [
      ...(failed.length === 0 ? [] : [`${failed.length} failed`]),
      ...(open === 0 ? [] : [`${open} to do`]),
    ];
    return [
      ...[variant, [finished.length, ...rest].join(", ")],
      accuracy === null ? "" : interval(accuracy),
      variant === baseline ? "(baseline)" : difference === null ? "" : interval(difference),
      ...[parameters, macs].map((value) => (value === null ? "" : value.toFixed(0))),
      compute === null ? "" : formatCompute(compute),
      seconds === null ? "" : seconds.toFixed(0),
    ];
  });
}

/** A page of text with the table, the sentence, and what every run came to. */
export function studyMarkdown(results: StudyResults): string {
  const { study, summary, data, seeds, runs, sentence, baseline } = results;
  const failures = runs.flatMap(({ run, outcome }) =>
    outcome.condition === "failed" ? [`- ${run.name}: ${outcome.reason}`] : [],
  );
  const each = runs.flatMap(({ run, outcome }) =>
    outcome.condition === "finished"
      ? [[run.variant.name, String(run.seed), percent(outcome.testAccuracy), outcome.seconds.toFixed(0)]]
      : [],
  );
  return (
    [
      `# ${study}, ${data}`,
      ...(summary === null ? [] : [summary]),
      sentence,
      markdownTable(STUDY_HEADINGS, studyTable(results)),
      `Means over seeds ${seeds.join(", ")}; +- is half of an interval of 95 % by Student's t; differences are to ${baseline}, seed by seed. Compute is what all passes of a run multiplied, seconds are those of the whole run.`,
      ...(failures.length === 0 ? [] : [`## Failed\n\n${failures.join("\n")}`]),
      `## Runs\n\n${markdownTable(["variant", "seed", "test accuracy", "seconds"], each)}`,
    ].join("\n\n") + "\n"
  );
}

function interval({ mean, half }: Pick<MeanInterval, "mean" | "half">): string {
  return half === null ? mean.toFixed(2) : `${mean.toFixed(2)} +- ${half.toFixed(2)}`;
}

function markdownTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  return [headings, headings.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}
