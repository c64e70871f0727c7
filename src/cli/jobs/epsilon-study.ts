/**
 * @file The ablation over the freeze rule of a one-stage search: the same search, seed and budget under every rule. Each variant is a run in
 * a folder of its own, so a study that was stopped goes on where it was.
 */
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { IstaNasError } from "../../error.ts";
import { JOURNAL_FILE, loadRunConfig, type RunConfig, RunFolder, readJournal, SUMMARY_FILE } from "../../run/index.ts";
import { formatGenotypeText, parseGenotype } from "../../space/index.ts";
import { monotonicSeconds } from "../clock.ts";
import type { FlagValues } from "../flags.ts";
import type { Terminal } from "../terminal.ts";
import { executeRun } from "./execute-run.ts";
import { planOneStage } from "./one-stage-run.ts";
import type { OpenedData } from "./open-data.ts";
import { resumeRun } from "./resume-run.ts";
import { startRun } from "./start-run.ts";

interface Variant {
  readonly name: string;
  readonly flags: Pick<FlagValues, "freezeRule" | "freezeEpsilon" | "freezePatience">;
}

/** What came of one variant. */
export interface StudyRow {
  readonly variant: string;
  readonly rule: "distance" | "support";
  /** Null for the rule that does not look at it. */
  readonly epsilon: number | null;
  readonly patience: number;
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
  /** Groups whose final support differs from the first variant's. */
  readonly otherSupports: number;
  /** The final genotype, as DARTS code prints it. */
  readonly genotype: string;
  readonly run: string;
}

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

/** Runs what is not there yet, and gives the rows of all variants. `flags` are those of a one-stage search, with its preset filled in. */
export async function studyEpsilon(
  path: string,
  flags: FlagValues,
  data: OpenedData,
  terminal: Terminal,
): Promise<readonly StudyRow[]> {
  const rows: StudyRow[] = [];
  for (const [index, variant] of VARIANTS.entries()) {
    const out = join(path, variant.name);
    terminal.line(`\nvariant ${index + 1} of ${VARIANTS.length}: ${variant.name}`);
    await runVariant(out, { ...flags, ...variant.flags, out }, data, terminal);
    rows.push(readRow(out, variant, rows[0]));
  }
  return rows;
}

async function runVariant(out: string, flags: FlagValues, data: OpenedData, terminal: Terminal): Promise<void> {
  const threads = flags.threads ?? "auto";
  const inputs = { flags, data, threads, terminal, startedAt: monotonicSeconds() };
  const config = await planOneStage(inputs);
  if (!RunFolder.isRun(out)) return executeRun(startRun(inputs, config, null));
  assertSame(out, config);
  await resumeRun(out, { threads, terminal });
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

function readRow(out: string, { name, flags }: Variant, first: StudyRow | undefined): StudyRow {
  const folder = RunFolder.open(out);
  const summary = JSON.parse(folder.read(SUMMARY_FILE).toString("utf8")) as OneStageSummary;
  const genotype = parseGenotype(folder.read("genotype.json").toString("utf8"));
  const recoveries = readJournal(folder.pathOf(JOURNAL_FILE)).filter(({ kind }) => kind === "one-stage-recovery");
  const frozen = recoveries.at(-1)?.["frozen"] as readonly boolean[] | undefined;
  const { testAccuracy, parameters, macs, searchEpochs, reachedBound, exploration } = summary;
  return {
    variant: name,
    rule: flags.freezeRule!,
    epsilon: flags.freezeEpsilon ?? null,
    patience: flags.freezePatience!,
    ...{ searchEpochs, reachedBound, testAccuracy, parameters, macs },
    frozenGroups: frozen?.filter(Boolean).length ?? 0,
    groups: frozen?.length ?? 0,
    distinctGenotypes: exploration.distinctGenotypes,
    otherSupports: first === undefined ? 0 : differingGroups(first.genotype, formatGenotypeText(genotype)),
    genotype: formatGenotypeText(genotype),
    run: folder.path,
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
