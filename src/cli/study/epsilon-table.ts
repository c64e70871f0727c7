/** @file The table of a study over freeze rules: a row a variant. */
import type { Supports } from "../../choice/index.ts";
import { percent } from "../../percent.ts";
import type { StudyView } from "./study-kind.ts";

/** What was found under one rule. */
export interface EpsilonOutcome {
  readonly searchEpochs: number;
  /** Whether the bound ended the search. */
  readonly reachedBound: boolean;
  /** Groups that the rule froze, of all groups. */
  readonly frozenGroups: number;
  readonly groups: number;
  /** On the test split, 0..1. */
  readonly testAccuracy: number;
  readonly parameters: number;
  readonly macs: number;
  readonly distinctGenotypes: number;
  /** Groups whose final support differs from that of the first variant that did not fail. */
  readonly otherSupports: number;
  /** The final supports in one line. */
  readonly supports: string;
  /** The final architecture, as its space writes it. */
  readonly genotype: string;
  /** The same as supports. */
  readonly kept: Supports;
}

/** Why nothing was found: the variant diverged. */
type EpsilonFailure = { readonly failure: string } & { readonly [figure in keyof EpsilonOutcome]: null };

/** What came of one variant. */
export type EpsilonRow = {
  readonly variant: string;
  readonly rule: "distance" | "support";
  /** Null for the rule that does not look at it. */
  readonly epsilon: number | null;
  readonly patience: number;
  readonly run: string;
} & (({ readonly failure: null } & EpsilonOutcome) | EpsilonFailure);

export const EPSILON_COLUMNS: readonly (keyof EpsilonRow)[] = [
  ...(["variant", "rule", "epsilon", "patience", "searchEpochs", "reachedBound", "frozenGroups", "groups"] as const),
  ...(["testAccuracy", "parameters", "macs", "distinctGenotypes", "otherSupports"] as const),
  ...(["supports", "genotype", "run", "failure"] as const),
];

/** What was measured, and what was kept. */
export function epsilonViews(rows: readonly EpsilonRow[]): readonly StudyView[] {
  return [
    { headings: HEADINGS, rows: rows.map(cells) },
    { headings: ["variant", "supports"], rows: rows.map(supportCells) },
  ];
}

const HEADINGS = [
  ...[
    "variant",
    "search epochs",
    "frozen by the rule",
    "test accuracy",
    "parameters",
    "MACs",
    "genotypes",
    "other nodes",
  ],
];

function cells(row: EpsilonRow): readonly string[] {
  if (row.failure !== null) return [row.variant, "failed", ...HEADINGS.slice(2).map(() => "")];
  return [
    row.variant,
    row.reachedBound ? `${row.searchEpochs} (bound)` : String(row.searchEpochs),
    `${row.frozenGroups} of ${row.groups}`,
    percent(row.testAccuracy),
    ...[row.parameters, row.macs, row.distinctGenotypes, row.otherSupports].map(String),
  ];
}

/** The supports of a variant, or which earlier one has the same, or why it has none. */
function supportCells({ variant, supports, failure }: EpsilonRow, index: number, rows: readonly EpsilonRow[]) {
  if (failure !== null) return [variant, `failed: ${failure}`];
  const same = rows.slice(0, index).find((row) => row.supports === supports);
  return [variant, same === undefined ? supports : `as ${same.variant}`];
}
