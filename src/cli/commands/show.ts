/** @file `ista-nas show`: both cells of a genotype, in the terminal and as a drawing. */
import { writeFileSync } from "node:fs";
import { IstaNasError } from "../../error.ts";
import { drawCells, formatCells } from "../../export/index.ts";
import { formatGenotypeText, toSavedGenotype } from "../../space/index.ts";
import type { CommandInputs } from "../command.ts";
import { readGenotype } from "../genotype-source.ts";

export async function show({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const { name, genotype, edgeWeights } = readGenotype(positional[0]!);
  const absorbed = edgeWeights === undefined ? {} : { edgeWeights };
  terminal.line(name);
  terminal.line(formatCells(genotype, { width: terminal.width, ...absorbed }));
  terminal.line(formatGenotypeText(genotype));
  terminal.result({ name, genotype: toSavedGenotype(genotype), ...absorbed });
  if (flags.svg === undefined) return;
  try {
    writeFileSync(flags.svg, drawCells(genotype, { title: name, ...absorbed }));
  } catch (cause) {
    throw new IstaNasError(`show: cannot write ${flags.svg}: ${(cause as Error).message}`, {
      code: "E_SHOW_SVG",
      cause,
    });
  }
  terminal.line(`drawn in ${flags.svg}`);
}
