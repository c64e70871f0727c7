import type { CellKind, Genotype } from "../../src/space/index.ts";
import type { KeptCandidate } from "./recovery.ts";
import type { RunSource } from "./source.ts";

/** The genotype of a run. Throws an error for a run that has none yet. */
export async function loadGenotype(source: RunSource, id: string): Promise<Genotype> {
  const address = source.fileAddress(id, "genotype.json");
  const response = address === null ? null : await fetch(address);
  if (response?.ok !== true) throw new Error("the run has not found a genotype so far");
  // Fetched apart: its check of files is larger than the rest of the page.
  const { parseGenotype } = await import("../../src/space/genotype-text.ts");
  return parseGenotype(await response.text());
}

/** What a cell joins as its output. */
export function concatIn({ normalConcat, reduceConcat }: Genotype, cell: CellKind): readonly number[] {
  return cell === "normal" ? normalConcat : reduceConcat;
}

/** What the nodes of a cell add, without weights. */
export function genotypePicks(genotype: Genotype, cell: CellKind): readonly (readonly KeptCandidate[])[] {
  return genotype[cell].map((entries, node) =>
    entries.map((entry) => ({ ...entry, node, weight: Number.NaN, isNew: false })),
  );
}
