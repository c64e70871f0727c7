/** @file `ista-nas show`: both cells of a genotype, in the terminal and as a drawing. */
import { drawCells, formatCells } from "../../export/index.ts";
import { formatGenotypeText, toSavedGenotype } from "../../space/index.ts";
import type { CommandInputs } from "../command.ts";
import { readGenotype } from "../genotype-source.ts";
import { writeOutput } from "../write-output.ts";

export async function show({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const { name, genotype, edgeWeights } = readGenotype(positional[0]!);
  const absorbed = edgeWeights === undefined ? {} : { edgeWeights };
  terminal.line(name);
  terminal.block(formatCells(genotype, { width: terminal.width, ...absorbed }));
  terminal.line(formatGenotypeText(genotype));
  terminal.result({ name, genotype: toSavedGenotype(genotype), ...absorbed });
  if (flags.svg === undefined) return;
  const drawing = drawCells(genotype, { title: name, ...absorbed });
  writeOutput(flags.svg, drawing, { where: "show", flag: "--svg", code: "E_SHOW_SVG" });
  terminal.line(`drawn in ${flags.svg}`);
}
