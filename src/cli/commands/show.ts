/** @file `ista-nas show`: an architecture, in the terminal and as a drawing. */
import { drawDiagram, formatDiagram } from "../../export/index.ts";
import { type OutputPlace, parseJson, writeOutput } from "../../files/index.ts";
import { readArchitecture } from "../../run/index.ts";
import { besideOutput } from "../beside-output.ts";
import type { CommandInputs } from "../command.ts";
import { formatSentences } from "../verdict-text.ts";

const PLACE: OutputPlace = { where: "show", flag: "--svg", code: "E_SHOW_SVG" };

export async function show({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const { name, architecture, chosen, space, absorbed, verdict } = await readArchitecture(positional[0]!, flags);
  const diagram = space.draw(architecture, absorbed ?? undefined);
  const talk = flags.svg === undefined ? terminal : besideOutput(flags.svg, PLACE, terminal);
  talk.line(name);
  talk.block(formatDiagram(diagram, { width: terminal.width }));
  talk.line(space.formatText(architecture));
  if (verdict !== null) for (const line of formatSentences(verdict)) talk.line(line);
  talk.result({
    name,
    space: chosen.part.kind,
    architecture: parseJson(space.formatJson(architecture)),
    ...(absorbed === null ? {} : { absorbedWeights: absorbed.map((weights) => Array.from(weights)) }),
    ...(verdict === null ? {} : { verdict }),
  });
  if (flags.svg === undefined) return;
  writeOutput(flags.svg, drawDiagram(diagram, { title: name }), PLACE);
  talk.line(`drawn in ${flags.svg}`);
}
