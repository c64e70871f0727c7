/** @file The ablation over the freeze rule of a one-stage search: the same search, seed and budget under every rule. Each variant is a run. */
import { join } from "node:path";
import type { Supports } from "../../choice/index.ts";
import { prepareSearch, readArchitecture } from "../../run/index.ts";
import { JOURNAL_FILE, RunFolder, readJournal, SELECTION_EVENTS, SUMMARY_FILE } from "../../store/index.ts";
import { newRunSpec, pickFlags } from "../given-flags.ts";
import { formatSelection } from "../selection-text.ts";
import { TerminalHost } from "../terminal-host.ts";
import { EPSILON_COLUMNS, type EpsilonOutcome, type EpsilonRow, epsilonViews } from "./epsilon-table.ts";
import type { StudyInputs, StudyKind, StudyResult } from "./study-kind.ts";
import { divergenceOf, finishInStudy } from "./study-run.ts";

/** Epochs after which a variant's search ends at the latest. */
const SEARCH_EPOCHS = 30;

interface Variant {
  readonly name: string;
  readonly options: {
    readonly freezeRule: "distance" | "support";
    readonly freezeEpsilon?: number;
    readonly freezePatience: number;
  };
}

const NO_OUTCOME: { readonly [figure in keyof EpsilonOutcome]: null } = {
  ...{ searchEpochs: null, reachedBound: null, frozenGroups: null, groups: null, testAccuracy: null },
  ...{
    parameters: null,
    macs: null,
    distinctGenotypes: null,
    otherSupports: null,
    supports: null,
    genotype: null,
    kept: null,
  },
};

const VARIANTS: readonly Variant[] = [
  ...[1e-1, 1e-2, 1e-3, 1e-4].map((freezeEpsilon) => ({
    name: `distance-${freezeEpsilon}`,
    options: { freezeRule: "distance", freezeEpsilon, freezePatience: 1 } as const,
  })),
  ...[1, 2, 3].map((freezePatience) => ({
    name: `support-${freezePatience}`,
    options: { freezeRule: "support", freezePatience } as const,
  })),
];

/** Its bound is far beyond that of a preset, so that one sees which rules end a search by themselves. */
export const epsilonStudy: StudyKind = {
  complete: async (given) => ({ maxSearchEpochs: SEARCH_EPOCHS, ...given, strategy: "one-stage" }),
  runs: () => VARIANTS.map(({ name }) => name),
  async study(inputs): Promise<StudyResult> {
    const rows = await runVariants(inputs);
    return {
      ...{ columns: EPSILON_COLUMNS, rows, details: {}, views: epsilonViews(rows), runs: rows.length, noun: "variant" },
      diverged: rows.filter(({ failure }) => failure !== null).map(({ variant }) => variant),
    };
  },
};

/** Runs what is not there yet, and gives the rows of all variants; one that diverges is a row that says so. */
async function runVariants({ path, given, data, terminal, threads }: StudyInputs): Promise<readonly EpsilonRow[]> {
  const rows: EpsilonRow[] = [];
  const host = new TerminalHost(terminal, { threads });
  let first: EpsilonOutcome | null = null;
  for (const [index, { name, options: own }] of VARIANTS.entries()) {
    const out = join(path, name);
    terminal.line();
    terminal.line(`variant ${index + 1} of ${VARIANTS.length}: ${name}`);
    const failure = await divergenceOf(async () => {
      const spec = { ...newRunSpec({ ...given, ...own, out }), new: true, data: data.location };
      const prepared = await prepareSearch(spec, host, data);
      await finishInStudy({ prepared, out, parts: pickFlags(given, ["space"]) }, host);
    });
    const setting = { rule: own.freezeRule, epsilon: own.freezeEpsilon ?? null, patience: own.freezePatience };
    const row = { variant: name, ...setting, run: out };
    if (failure === null) {
      const outcome: EpsilonOutcome = await readOutcome(out, first);
      first ??= outcome;
      rows.push({ ...row, failure, ...outcome });
    } else {
      terminal.line(`failed: ${failure}`);
      rows.push({ ...row, failure, ...NO_OUTCOME });
    }
  }
  return rows;
}

interface OneStageSummary {
  readonly testAccuracy: number;
  readonly parameters: number;
  readonly macs: number;
  readonly searchEpochs: number;
  readonly reachedBound: boolean;
  readonly exploration: { readonly distinctGenotypes: number };
}

/** `first`: what others are compared with, null for the first one itself. */
async function readOutcome(out: string, first: EpsilonOutcome | null): Promise<EpsilonOutcome> {
  const folder = RunFolder.open(out);
  const summary = folder.readJson(SUMMARY_FILE) as OneStageSummary;
  const { architecture, space } = await readArchitecture(out, {});
  const supports = space.supportsOf(architecture);
  const { testAccuracy, parameters, macs, searchEpochs, reachedBound, exploration } = summary;
  return {
    ...{ searchEpochs, reachedBound, testAccuracy, parameters, macs },
    frozenGroups: frozenGroups(folder),
    groups: space.groups.length,
    distinctGenotypes: exploration.distinctGenotypes,
    otherSupports: first === null ? 0 : differingGroups(first.kept, supports),
    supports: formatSelection(space.groups, supports),
    genotype: space.formatText(architecture),
    kept: supports,
  };
}

/** As the last selection says; runs of earlier versions have a list of their own for it. */
function frozenGroups(folder: RunFolder): number {
  const last = readJournal(folder.pathOf(JOURNAL_FILE)).findLast(({ kind }) => SELECTION_EVENTS.includes(kind));
  const { frozen, groups = [] } = (last ?? {}) as {
    readonly frozen?: readonly boolean[];
    readonly groups?: readonly { readonly isFrozen?: boolean }[];
  };
  return (frozen ?? groups.map(({ isFrozen }) => isFrozen === true)).filter(Boolean).length;
}

/** Groups that do not keep the same. */
function differingGroups(first: Supports, second: Supports): number {
  const keys = (supports: Supports) => supports.map((support) => [...support].sort((a, b) => a - b).join());
  const other = keys(second);
  return keys(first).filter((key, group) => key !== other[group]).length;
}
