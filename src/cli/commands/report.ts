/** @file `ista-nas report`: the page of one run as a file, and its cells as pictures. */
import { writeFileSync } from "node:fs";
import { IstaNasError } from "../../error.ts";
import { drawCells } from "../../export/index.ts";
import { RunFolder, SUMMARY_FILE } from "../../run/index.ts";
import { createReport } from "../../server/index.ts";
import { parseGenotype } from "../../space/index.ts";
import { absorbedWeights } from "../absorbed-weights.ts";
import type { CommandInputs } from "../command.ts";
import { packageVersion } from "../version.ts";

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
  const genotype = parseGenotype(folder.read("genotype.json").toString("utf8"));
  const summary: unknown = folder.has(SUMMARY_FILE) ? JSON.parse(folder.read(SUMMARY_FILE).toString("utf8")) : {};
  const svg = drawCells(genotype, { title: folder.name, ...absorbedWeights(summary) });
  write(`${base}.svg`, svg);
  const { default: sharp } = await import("sharp");
  write(`${base}.png`, await sharp(Buffer.from(svg), { density: DENSITY }).png().toBuffer());
  return [`${base}.svg`, `${base}.png`];
}

function write(file: string, content: string | Uint8Array): void {
  try {
    writeFileSync(file, content);
  } catch (cause) {
    throw new IstaNasError(`report: cannot write ${file}: ${(cause as Error).message}`, {
      code: "E_REPORT_WRITE",
      hint: "choose another place with --file",
      cause,
    });
  }
}
