/** @file `ista-nas report`: the page of one run as a file, and its cells as pictures. */
import { drawDiagram } from "../../export/index.ts";
import { isFilePlace, type OutputPlace, writeOutput } from "../../files/index.ts";
import { readArchitecture } from "../../run/index.ts";
import { createReport } from "../../server/index.ts";
import { ARCHITECTURE_FILE, RunFolder } from "../../store/index.ts";
import { packageVersion } from "../../version.ts";
import { besideOutput } from "../beside-output.ts";
import type { CommandInputs } from "../command.ts";

const PLACE: OutputPlace = { where: "report", flag: "--file", code: "E_REPORT_WRITE" };

/** Dots per inch of the PNG; its SVG counts in 96ths of an inch. */
const DENSITY = 288;

export async function report({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const folder = RunFolder.open(positional[0]!);
  const file = flags.file ?? folder.pathOf("report.html");
  const place = { ...PLACE, isOwn: flags.file === undefined };
  const talk = besideOutput(file, place, terminal);
  const hasPlaceBeside = isFilePlace(file, place);
  writeOutput(file, createReport(folder, { version: packageVersion(), madeAt: new Date() }), place);
  talk.line(`written ${file}`);
  const drawings = hasPlaceBeside ? await writeCells(folder, file.replace(/\.html?$/, ""), place) : [];
  for (const drawing of drawings) talk.line(`written ${drawing}`);
  talk.result({ file, cells: drawings });
}

/** The drawing as SVG and PNG; nothing for a run that has not found them yet. */
async function writeCells(folder: RunFolder, base: string, place: OutputPlace): Promise<readonly string[]> {
  if (!folder.has(ARCHITECTURE_FILE)) return [];
  const { architecture, space, absorbed } = await readArchitecture(folder.path, {});
  const svg = drawDiagram(space.draw(architecture, absorbed ?? undefined), { title: folder.name });
  writeOutput(`${base}.svg`, svg, place);
  const { default: sharp } = await import("sharp");
  writeOutput(`${base}.png`, await sharp(Buffer.from(svg), { density: DENSITY }).png().toBuffer(), place);
  return [`${base}.svg`, `${base}.png`];
}
