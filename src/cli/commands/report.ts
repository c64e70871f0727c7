/** @file `ista-nas report`: the page of one run as a file, and its cells as pictures. */
import { drawCells } from "../../export/index.ts";
import { RunFolder } from "../../run/index.ts";
import { createReport } from "../../server/index.ts";
import type { CommandInputs } from "../command.ts";
import { readGenotype } from "../genotype-source.ts";
import { packageVersion } from "../version.ts";
import { writeOutput } from "../write-output.ts";

/** Dots per inch of the PNG; its SVG counts in 96ths of an inch. */
const DENSITY = 288;

export async function report({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const folder = RunFolder.open(positional[0]!);
  const file = flags.file ?? folder.pathOf("report.html");
  write(file, createReport(folder, { version: packageVersion(), madeAt: new Date() }));
  terminal.line(`written ${file}`);
  const drawings = await writeCells(folder, file.replace(/\.html?$/, ""));
  for (const drawing of drawings) terminal.line(`written ${drawing}`);
  terminal.result({ file, cells: drawings });
}

/** Both cells as SVG and PNG; nothing for a run that has not found them yet. */
async function writeCells(folder: RunFolder, base: string): Promise<readonly string[]> {
  if (!folder.has("genotype.json")) return [];
  const { genotype, edgeWeights } = readGenotype(folder.path);
  const absorbed = edgeWeights === undefined ? {} : { edgeWeights };
  const svg = drawCells(genotype, { title: folder.name, ...absorbed });
  write(`${base}.svg`, svg);
  const { default: sharp } = await import("sharp");
  write(`${base}.png`, await sharp(Buffer.from(svg), { density: DENSITY }).png().toBuffer());
  return [`${base}.svg`, `${base}.png`];
}

function write(file: string, content: string | Uint8Array): void {
  writeOutput(file, content, { where: "report", flag: "--file", code: "E_REPORT_WRITE" });
}
