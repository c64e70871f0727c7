import type { CellKind, Genotype } from "../../src/spaces/darts/index.ts";
import type { KeptCandidate } from "./recovery.ts";
import { untilAnswered } from "./retry.ts";
import type { RunSource } from "./source.ts";

const MISSING = "the run has not found a genotype so far";

/** The genotype of a run. Throws an error for a run that has none yet. */
export async function loadGenotype(source: RunSource, id: string): Promise<Genotype> {
  const address = source.fileAddress(id, "genotype.json");
  if (address === null) throw new Error(MISSING);
  const text = await untilAnswered(async () => {
    const response = await fetch(address);
    if (!response.ok) throw new Error(MISSING);
    return response.text();
  });
  // Fetched apart: its check of files is larger than the rest of the page.
  const { parseGenotype } = await untilAnswered(() => import("../../src/spaces/darts/genotype-text.ts"));
  return parseGenotype(text);
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
