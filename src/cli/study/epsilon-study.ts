/**
 * @file The ablation over the freeze rule of a one-stage search: the same search, seed and budget under every rule. Each variant is a run in
 * a folder of its own, so a study that was stopped goes on where it was.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Supports } from "../../choice/index.ts";
import { IstaNasError } from "../../error.ts";
import { executeRun, type OpenedData, prepareSearch, type RunHost, readArchitecture, resume } from "../../run/index.ts";
import {
  assertRunPlace,
  isEmptyFolder,
  JOURNAL_FILE,
  loadRunConfig,
  type RunConfig,
  RunFolder,
  readJournal,
  SELECTION_EVENTS,
  SUMMARY_FILE,
} from "../../store/index.ts";
import type { FlagValues } from "../flags.ts";
import { newRunSpec } from "../given-flags.ts";
import { formatSelection } from "../selection-text.ts";
import type { Terminal } from "../terminal.ts";
import { TerminalHost } from "../terminal-host.ts";

interface Variant {
  readonly name: string;
  readonly options: {
    readonly freezeRule: "distance" | "support";
    readonly freezeEpsilon?: number;
    readonly freezePatience: number;
  };
}

/** What was found under one rule. */
interface StudyOutcome {
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
type StudyFailure = { readonly failure: string } & { readonly [figure in keyof StudyOutcome]: null };

/** What came of one variant. */
export type StudyRow = {
  readonly variant: string;
  readonly rule: "distance" | "support";
  /** Null for the rule that does not look at it. */
  readonly epsilon: number | null;
  readonly patience: number;
  readonly run: string;
} & (({ readonly failure: null } & StudyOutcome) | StudyFailure);

const NO_OUTCOME: { readonly [figure in keyof StudyOutcome]: null } = {
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

/**
 * Runs what is not there yet, and gives the rows of all variants; one that diverges is a row that says so.
 * @throws what a run throws but E_TRAIN_DIVERGED: what else stops one variant would stop the others too
 */
export async function studyEpsilon(
  path: string,
  given: FlagValues,
  data: OpenedData,
  terminal: Terminal,
  threads: number | "auto",
): Promise<readonly StudyRow[]> {
  const rows: StudyRow[] = [];
  const host = new TerminalHost(terminal, threads);
  let first: StudyOutcome | null = null;
  for (const [index, { name, options: own }] of VARIANTS.entries()) {
    const out = join(path, name);
    terminal.line();
    terminal.line(`variant ${index + 1} of ${VARIANTS.length}: ${name}`);
    const failure = await failureOf(() => runVariant({ ...given, ...own, out }, data, host));
    const setting = { rule: own.freezeRule, epsilon: own.freezeEpsilon ?? null, patience: own.freezePatience };
    const row = { variant: name, ...setting, run: out };
    if (failure === null) {
      const outcome: StudyOutcome = await readOutcome(out, first);
      first ??= outcome;
      rows.push({ ...row, failure, ...outcome });
    } else {
      terminal.line(`failed: ${failure}`);
      rows.push({ ...row, failure, ...NO_OUTCOME });
    }
  }
  return rows;
}

/** Throws `E_RUN_FOLDER` for a file, and for a folder that holds other things than a study. */
export function assertStudyPlace(path: string): void {
  const isStudy = ["study.json", ...VARIANTS.map(({ name }) => name)].some((name) => existsSync(join(path, name)));
  if (isStudy) return;
  assertRunPlace(path);
  if (isEmptyFolder(path) || !existsSync(path)) return;
  throw new IstaNasError(
    `study: got ${path}, which holds other things, expected a new or empty folder, or that of a study`,
    {
      code: "E_RUN_FOLDER",
      kind: "usage",
      hint: `choose another place with --out, such as ${join(path, "study")}`,
    },
  );
}

/** Of the data that the study in this folder was begun with; undefined if it is not begun. Throws what `loadRunConfig` throws. */
export function fingerprintOfStudy(path: string): string | undefined {
  const begun = VARIANTS.map(({ name }) => join(path, name)).find((out) => RunFolder.isRun(out));
  return begun === undefined ? undefined : (loadRunConfig(RunFolder.open(begun)).data.fingerprint ?? undefined);
}

/** Why a variant diverged, null if it did not. */
async function failureOf(work: () => Promise<void>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof IstaNasError && error.code === "E_TRAIN_DIVERGED") return error.message;
    throw error;
  }
}

async function runVariant(given: FlagValues, data: OpenedData, host: RunHost): Promise<void> {
  const { out } = given;
  const planned = await prepareSearch({ ...newRunSpec(given), new: true, data: data.location }, host, data);
  if (!RunFolder.isRun(out!)) {
    await executeRun(planned.start());
    return;
  }
  assertSame(out!, planned.config);
  await resume({ run: out!, data: data.location }, host);
}

/** A table of runs with different settings would compare nothing. */
function assertSame(out: string, wanted: RunConfig): void {
  const part = ({ seed, data, space, strategy, training }: RunConfig) =>
    [seed, data.fingerprint, space, strategy, training] as const;
  if (isDeepStrictEqual(part(loadRunConfig(RunFolder.open(out))), part(wanted))) return;
  throw new IstaNasError(`study: ${out} is a run with other settings, expected those of this study`, {
    code: "E_STUDY_OTHER",
    kind: "usage",
    hint: "start the study with the flags that it was begun with, or in another place with --out",
  });
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
async function readOutcome(out: string, first: StudyOutcome | null): Promise<StudyOutcome> {
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
