/** @file What the nodes of a network keep, in one line. */
import type { CellGenotype, Connection, Genotype } from "../../spaces/darts/index.ts";

const SHORT: Readonly<Record<string, string>> = {
  max_pool_3x3: "max3",
  avg_pool_3x3: "avg3",
  skip_connect: "skip",
  sep_conv_3x3: "sep3",
  sep_conv_5x5: "sep5",
  dil_conv_3x3: "dil3",
  dil_conv_5x5: "dil5",
};

/** A pick by its short name and source: `sep3@1`. */
export function formatPick({ primitive, source }: Connection): string {
  return `${SHORT[primitive]}@${source}`;
}

/** For example `normal skip@0+sep3@1 ... | reduce ...`: the picks of each node, in order. */
export function formatSupports({ normal, reduce }: Genotype): string {
  const cell = (nodes: CellGenotype) => nodes.map((picks) => picks.map(formatPick).join("+")).join(" ");
  return `normal ${cell(normal)} | reduce ${cell(reduce)}`;
}
