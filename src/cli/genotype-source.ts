/** @file A genotype as people name one: a file, a run folder, or a published name. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { IstaNasError } from "../error.ts";
import type { CellWeights } from "../export/index.ts";
import { SUMMARY_FILE } from "../run/index.ts";
import { type Genotype, NAMED_GENOTYPES, type NamedGenotype, parseGenotype } from "../space/index.ts";
import { absorbedWeights } from "./absorbed-weights.ts";

export interface NamedSource {
  /** What to call it: the published name, or the file's or run's. */
  readonly name: string;
  readonly genotype: Genotype;
  /** Weights that the batch norms of a finished one-stage run absorbed, pick by pick. */
  readonly edgeWeights?: CellWeights;
}

/** Throws `E_GENOTYPE_NOT_FOUND`, or what `parseGenotype` throws with the file's name in front. */
export function readGenotype(source: string): NamedSource {
  if (Object.hasOwn(NAMED_GENOTYPES, source)) {
    return { name: source, genotype: NAMED_GENOTYPES[source as NamedGenotype] };
  }
  if (!existsSync(source)) {
    throw new IstaNasError(`genotype: got ${source}, expected a file, a run folder or a published name`, {
      code: "E_GENOTYPE_NOT_FOUND",
      kind: "usage",
      hint: `published names: ${Object.keys(NAMED_GENOTYPES).join(", ")}`,
    });
  }
  const isRun = statSync(source).isDirectory();
  const file = isRun ? join(source, "genotype.json") : source;
  if (!existsSync(file)) {
    throw new IstaNasError(`genotype: no genotype.json in ${source}`, {
      code: "E_GENOTYPE_NOT_FOUND",
      kind: "usage",
      hint: "give a finished run, or a file",
    });
  }
  try {
    return {
      name: source.replace(/\/+$/, "").split("/").at(-1)!,
      genotype: parseGenotype(readFileSync(file, "utf8")),
      ...(isRun ? readAbsorbedWeights(join(source, SUMMARY_FILE)) : {}),
    };
  } catch (error) {
    if (!(error instanceof IstaNasError)) throw error;
    const { code, kind, hint } = error;
    throw new IstaNasError(`${file}: ${error.message}`, { code, kind, ...(hint === undefined ? {} : { hint }) });
  }
}

/** None where there is no summary, or a torn one: the cells can be shown all the same. */
function readAbsorbedWeights(file: string): Pick<NamedSource, "edgeWeights"> {
  try {
    return absorbedWeights(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return {};
  }
}
