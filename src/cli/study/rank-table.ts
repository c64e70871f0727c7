/** @file The table of a study of ranks: for each search and each of its scores how well it agrees with what architectures are worth. */
import { RandomStreams } from "../../random/index.ts";
import { type PathScores, SCORE_STATISTICS, type ScoreStatistics } from "../../run/index.ts";
import { bootstrapInterval, kendallTau, spearmanRho } from "../../statistics/index.ts";
import type { RankScores } from "./rank-scores.ts";
import type { RankTruth } from "./rank-truth.ts";
import type { StudyView } from "./study-kind.ts";

const SCORES = ["logLoss", "accuracy"] as const;

/** Null where all values of one list are equal. */
type Figure = number | null;

/** With 95 % intervals over other samples of architectures; best: of the fifth that is worth most. */
interface Agreement {
  readonly architectures: number;
  readonly tau: Figure;
  readonly tauLow: Figure;
  readonly tauHigh: Figure;
  readonly rho: Figure;
  readonly rhoLow: Figure;
  readonly rhoHigh: Figure;
  readonly bestArchitectures: number;
  readonly bestTau: Figure;
  readonly bestTauLow: Figure;
  readonly bestTauHigh: Figure;
  readonly bestRho: Figure;
  readonly bestRhoLow: Figure;
  readonly bestRhoHigh: Figure;
}

/** What is compared with what. */
interface Compared {
  /** Of what batch norm made use. */
  readonly statistics: ScoreStatistics;
  readonly score: (typeof SCORES)[number];
  /** A data set of published results, or `alone`. */
  readonly truth: string;
}

/** What a search that diverged has none of. */
type Nothing = { readonly [figure in keyof (Compared & Agreement)]: null };

export type RankRow = { readonly strategy: string; readonly run: string } & (
  | ({ readonly failure: null } & Compared & Agreement)
  | ({ readonly failure: string } & Nothing)
);

export const RANK_COLUMNS: readonly (keyof RankRow)[] = [
  ...(["strategy", "statistics", "score", "truth", "architectures", "tau", "tauLow", "tauHigh"] as const),
  ...(["rho", "rhoLow", "rhoHigh", "bestArchitectures", "bestTau", "bestTauLow", "bestTauHigh"] as const),
  ...(["bestRho", "bestRhoLow", "bestRhoHigh", "run", "failure"] as const),
];

/** The row of a search that diverged. */
export function failedRow(strategy: string, run: string, failure: string): RankRow {
  const figures = RANK_COLUMNS.filter((column) => !["strategy", "run", "failure"].includes(column));
  return { strategy, run, failure, ...(Object.fromEntries(figures.map((name) => [name, null])) as unknown as Nothing) };
}

/** A row for each score and each truth; the resampled architectures are the same in all of them. */
export function rankRows(
  { strategy, run }: Pick<RankRow, "strategy" | "run">,
  { settings, scores }: RankScores,
  truths: readonly RankTruth[],
  seed: number,
): readonly RankRow[] {
  return truths.flatMap(({ name: truth, ...worth }) => {
    const worths = settings.part === "test" ? worth.onSecondHalf : worth.accuracies;
    return SCORE_STATISTICS.flatMap((statistics) =>
      SCORES.map((score): RankRow => {
        const values = scores.map((path) => scoreOf(path[statistics], score));
        const compared = { statistics, score, truth };
        return { strategy, run, failure: null, ...compared, ...agreementOf(values, worths, seed) };
      }),
    );
  });
}

/** The larger the better; what is not finite is worse than all others. */
function scoreOf({ logLoss, accuracy }: PathScores[ScoreStatistics], score: (typeof SCORES)[number]): number {
  if (score === "accuracy") return accuracy;
  return logLoss === null ? -Infinity : -logLoss;
}

/** Of those whose worth is known. */
function agreementOf(values: readonly number[], worths: readonly Figure[], seed: number): Agreement {
  const known = worths.flatMap((worth, index) => (worth === null ? [] : [{ value: values[index]!, worth }]));
  const limit = known.map(({ worth }) => worth).sort((a, b) => b - a)[Math.ceil(known.length / 5) - 1];
  // With ties at its end the best fifth is a little more.
  const best = known.filter(({ worth }) => limit !== undefined && worth >= limit);
  const all = figuresOf(known, seed, "rank/bootstrap");
  const ofBest = figuresOf(best, seed, "rank/bootstrap/best");
  return {
    ...{ architectures: known.length, tau: all.tau[0], tauLow: all.tau[1], tauHigh: all.tau[2] },
    ...{ rho: all.rho[0], rhoLow: all.rho[1], rhoHigh: all.rho[2] },
    ...{ bestArchitectures: best.length, bestTau: ofBest.tau[0], bestTauLow: ofBest.tau[1] },
    ...{ bestTauHigh: ofBest.tau[2], bestRho: ofBest.rho[0], bestRhoLow: ofBest.rho[1], bestRhoHigh: ofBest.rho[2] },
  };
}

type WithInterval = readonly [value: Figure, low: Figure, high: Figure];

function figuresOf(
  known: readonly { readonly value: number; readonly worth: number }[],
  seed: number,
  name: string,
): { readonly tau: WithInterval; readonly rho: WithInterval } {
  const withInterval = (statistic: typeof kendallTau): WithInterval => {
    const of = (items: readonly { readonly value: number; readonly worth: number }[]) =>
      statistic(
        items.map(({ value }) => value),
        items.map(({ worth }) => worth),
      );
    const value = of(known);
    const options = { count: known.length, stream: new RandomStreams(seed).stream(name) };
    const resampled = (items: readonly number[]) => of(items.map((index) => known[index]!));
    const interval = value === null ? null : bootstrapInterval(options, resampled);
    return [value, interval?.[0] ?? null, interval?.[1] ?? null];
  };
  return { tau: withInterval(kendallTau), rho: withInterval(spearmanRho) };
}

const STATISTICS_LABELS: Readonly<Record<ScoreStatistics, string>> = {
  running: "as the search left it",
  recalibrated: "re-calibrated",
  batch: "of the batch",
};

/** The rows of the truth that matters most; searches that diverged with what went wrong. */
export function rankViews(rows: readonly RankRow[], mainTruth: string | undefined): readonly StudyView[] {
  const shown = rows.filter(({ failure, truth }) => failure !== null || truth === mainTruth);
  const best = shown.find(({ bestArchitectures }) => bestArchitectures !== null)?.bestArchitectures;
  const headings = ["strategy", "score", "batch norm", "tau-b", "rho", `tau-b of the best ${best ?? "fifth"}`];
  return [{ headings, rows: shown.map(cells) }];
}

function cells(row: RankRow): readonly string[] {
  if (row.failure !== null) return [row.strategy, `failed: ${row.failure}`, "", "", "", ""];
  return [
    row.strategy,
    row.score === "logLoss" ? "log-loss" : row.score,
    STATISTICS_LABELS[row.statistics],
    figure(row.tau, row.tauLow, row.tauHigh),
    figure(row.rho, row.rhoLow, row.rhoHigh),
    figure(row.bestTau, row.bestTauLow, row.bestTauHigh),
  ];
}

function figure(value: Figure, low: Figure, high: Figure): string {
  if (value === null) return "none";
  return low === null || high === null
    ? value.toFixed(2)
    : `${value.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}
