/** @file `ista-nas show`: both cells of a genotype, in the terminal and as a drawing. */
import { drawDiagram, formatDiagram } from "../../export/index.ts";
import { formatGenotypeText, toSavedGenotype } from "../../spaces/darts/index.ts";
import type { CommandInputs } from "../command.ts";
import { diagramOf } from "../genotype-diagram.ts";
import { readGenotype } from "../genotype-source.ts";
import { besideOutput, type OutputPlace, writeOutput } from "../write-output.ts";

const PLACE: OutputPlace = { where: "show", flag: "--svg", code: "E_SHOW_SVG" };

export async function show({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const { name, genotype, edgeWeights } = readGenotype(positional[0]!);
  const diagram = diagramOf(genotype, edgeWeights);
  const absorbed = edgeWeights === undefined ? {} : { edgeWeights };
  const talk = flags.svg === undefined ? terminal : besideOutput(flags.svg, PLACE, terminal);
  talk.line(name);
  talk.block(formatDiagram(diagram, { width: terminal.width }));
  talk.line(formatGenotypeText(genotype));
  talk.result({ name, genotype: toSavedGenotype(genotype), ...absorbed });
  if (flags.svg === undefined) return;
  writeOutput(flags.svg, drawDiagram(diagram, { title: name }), PLACE);
  talk.line(`drawn in ${flags.svg}`);
}
