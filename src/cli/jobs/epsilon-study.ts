/**
 * @file The ablation over the freeze rule of a one-stage search: the same search, seed and budget under every rule. Each variant is a run in
 * a folder of its own, so a study that was stopped goes on where it was.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { IstaNasError } from "../../error.ts";
import { formatGenotypeText, parseGenotype } from "../../spaces/darts/index.ts";
import {
  assertRunPlace,
  isEmptyFolder,
  JOURNAL_FILE,
  loadRunConfig,
  type RunConfig,
  RunFolder,
  readJournal,
  SUMMARY_FILE,
} from "../../store/index.ts";
import { monotonicSeconds } from "../clock.ts";
import type { FlagValues } from "../flags.ts";
import type { Terminal } from "../terminal.ts";
import { executeRun } from "./execute-run.ts";
import { planOneStage } from "./one-stage-run.ts";
import type { OpenedData } from "./open-data.ts";
import { resumeRun } from "./resume-run.ts";
import type { RunInputs } from "./run-inputs.ts";
import { startRun } from "./start-run.ts";
import { formatSupports } from "./supports-text.ts";

interface Variant {
  readonly name: string;
  readonly flags: Pick<FlagValues, "freezeRule" | "freezeEpsilon" | "freezePatience">;
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
  /** The final genotype, as DARTS code prints it. */
  readonly genotype: string;
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
  ...{ parameters: null, macs: null, distinctGenotypes: null, otherSupports: null, supports: null, genotype: null },
};

const VARIANTS: readonly Variant[] = [
  ...[1e-1, 1e-2, 1e-3, 1e-4].map((freezeEpsilon) => ({
    name: `distance-${freezeEpsilon}`,
    flags: { freezeRule: "distance", freezeEpsilon, freezePatience: 1 } as const,
  })),
  ...[1, 2, 3].map((freezePatience) => ({
    name: `support-${freezePatience}`,
    flags: { freezeRule: "support", freezePatience } as const,
  })),
];

/** The flags of a one-stage search, with its preset filled in and as they were typed. */
export type StudyFlags = Pick<RunInputs, "flags" | "typed">;

/**
 * Runs what is not there yet, and gives the rows of all variants; one that diverges is a row that says so.
 * @throws what a run throws but E_TRAIN_DIVERGED: what else stops one variant would stop the others too
 */
export async function studyEpsilon(
  path: string,
  { flags, typed }: StudyFlags,
  data: OpenedData,
  terminal: Terminal,
): Promise<readonly StudyRow[]> {
  const rows: StudyRow[] = [];
  let first: string | null = null;
  for (const [index, { name, flags: own }] of VARIANTS.entries()) {
    const out = join(path, name);
    terminal.line();
    terminal.line(`variant ${index + 1} of ${VARIANTS.length}: ${name}`);
    const failure = await failureOf(() => runVariant(out, { flags: { ...flags, ...own, out }, typed }, data, terminal));
    const setting = { rule: own.freezeRule!, epsilon: own.freezeEpsilon ?? null, patience: own.freezePatience! };
    const row = { variant: name, ...setting, run: out };
    if (failure === null) {
      const outcome = readOutcome(out, first);
      first ??= outcome.genotype;
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

async function runVariant(
  out: string,
  { flags, typed }: StudyFlags,
  data: OpenedData,
  terminal: Terminal,
): Promise<void> {
  const threads = flags.threads ?? "auto";
  const inputs = { flags, typed, data, threads, terminal, startedAt: monotonicSeconds() };
  const config = await planOneStage(inputs);
  if (!RunFolder.isRun(out)) return executeRun(startRun(inputs, config, null));
  assertSame(out, config);
  await resumeRun(out, { threads, data: data.location, terminal });
}

/** A table of runs with different settings would compare nothing. */
function assertSame(out: string, wanted: RunConfig): void {
  const part = ({ seed, data, oneStage, retrain }: RunConfig) => [seed, data.fingerprint, oneStage, retrain];
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

/** `first`: the genotype that others are compared with, null for the first one itself. */
function readOutcome(out: string, first: string | null): StudyOutcome {
  const folder = RunFolder.open(out);
  const summary = folder.readJson(SUMMARY_FILE) as OneStageSummary;
  const found = parseGenotype(folder.readText("genotype.json"));
  const genotype = formatGenotypeText(found);
  const recoveries = readJournal(folder.pathOf(JOURNAL_FILE)).filter(({ kind }) => kind === "one-stage-recovery");
  const frozen = recoveries.at(-1)?.["frozen"] as readonly boolean[] | undefined;
  const { testAccuracy, parameters, macs, searchEpochs, reachedBound, exploration } = summary;
  return {
    ...{ searchEpochs, reachedBound, testAccuracy, parameters, macs },
    frozenGroups: frozen?.filter(Boolean).length ?? 0,
    groups: frozen?.length ?? 0,
    distinctGenotypes: exploration.distinctGenotypes,
    otherSupports: first === null ? 0 : differingGroups(first, genotype),
    supports: formatSupports(found),
    genotype,
  };
}

/** Nodes whose picks are not the same. */
function differingGroups(first: string, second: string): number {
  const [a, b] = [first, second].map((text) => {
    const { normal, reduce } = parseGenotype(text);
    return [...normal, ...reduce].map((picks) =>
      picks
        .map(({ primitive, source }) => `${primitive}@${source}`)
        .sort()
        .join(),
    );
  });
  return a!.filter((picks, node) => picks !== b![node]).length;
}
