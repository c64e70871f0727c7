/** @file A genotype as people name one: a file, a run folder, or a published name. */
import { existsSync, statSync } from "node:fs";
import { IstaNasError } from "../error.ts";
import { readInputFile, UnreadableFile } from "../files/index.ts";
import { type Genotype, NAMED_GENOTYPES, type NamedGenotype, parseGenotype } from "../spaces/darts/index.ts";
import { RunFolder, runsToChoose, SUMMARY_FILE, shownPath, whyNoRun } from "../store/index.ts";
import { absorbedWeights, type CellWeights } from "./absorbed-weights.ts";

const GENOTYPE_FILE = "genotype.json";
/** Bytes: two cells of 64 nodes take 40 kB. */
const LARGEST_GENOTYPE = 2 ** 20;

export interface NamedSource {
  /** What to call it: the published name, or the file's or run's. */
  readonly name: string;
  readonly genotype: Genotype;
  /** Weights that the batch norms of a finished one-stage run absorbed, pick by pick. */
  readonly edgeWeights?: CellWeights;
}

/** Throws `E_GENOTYPE_NOT_FOUND`, `E_GENOTYPE_UNREADABLE`, what reading a run throws, or what `parseGenotype` throws with the file's name in front. */
export function readGenotype(source: string): NamedSource {
  if (Object.hasOwn(NAMED_GENOTYPES, source)) {
    return { name: source, genotype: NAMED_GENOTYPES[source as NamedGenotype] };
  }
  if (!existsSync(source)) {
    const what = whyNoRun(source, "file or folder");
    const runs = runsToChoose(source);
    throw new IstaNasError(
      `genotype ${shownPath(source)}: ${what}, expected a file, a run folder or a published name`,
      {
        code: "E_GENOTYPE_NOT_FOUND",
        kind: "usage",
        hint: `published names: ${Object.keys(NAMED_GENOTYPES).join(", ")}${runs === null ? "" : `; ${runs}`}`,
      },
    );
  }
  const run = statSync(source).isDirectory() ? RunFolder.ensure(source) : null;
  if (run?.has(GENOTYPE_FILE) === false) {
    throw new IstaNasError(
      `genotype ${shownPath(source)}: there is no ${GENOTYPE_FILE} in it, expected a finished run`,
      {
        code: "E_GENOTYPE_NOT_FOUND",
        kind: "usage",
        hint: runsToChoose(source) ?? "give a finished run, or a file",
      },
    );
  }
  const text = run === null ? readHandedOver(source) : run.readText(GENOTYPE_FILE);
  try {
    return {
      name: source.replace(/\/+$/, "").split("/").at(-1)!,
      genotype: parseGenotype(text),
      ...(run === null ? {} : readAbsorbedWeights(run)),
    };
  } catch (error) {
    if (!(error instanceof IstaNasError)) throw error;
    const { code, kind, hint } = error;
    const file = run?.pathOf(GENOTYPE_FILE) ?? source;
    throw new IstaNasError(`${file}: ${error.message}`, { code, kind, ...(hint === undefined ? {} : { hint }) });
  }
}

/** A file, or a pipe as from `<(command)`. */
function readHandedOver(path: string): string {
  try {
    return readInputFile(path, LARGEST_GENOTYPE).toString("utf8");
  } catch (cause) {
    if (!(cause instanceof UnreadableFile)) throw cause;
    throw new IstaNasError(`genotype: ${path} ${cause.message}, expected a file, a run folder or a published name`, {
      code: "E_GENOTYPE_UNREADABLE",
      kind: "usage",
      hint: "check what it is and its permissions",
      cause,
    });
  }
}

/** None where there is no summary, or a torn one: the cells can be shown all the same. */
function readAbsorbedWeights(run: RunFolder): Pick<NamedSource, "edgeWeights"> {
  try {
    return absorbedWeights(run.readJson(SUMMARY_FILE));
  } catch (error) {
    if (error instanceof IstaNasError) return {};
    throw error;
  }
}
