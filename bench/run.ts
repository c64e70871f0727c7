/**
 * @file The quick set of figures, in turns over several rounds, into a JSON file and a table; with --compare, next to an older file.
 * `npm run build && npm run bench -- [--only PART_OF_A_NAME] [--compare OLD.json] [--out FILE] [--rounds 5]`. Without --out the whole set goes to
 * bench-results.json, and a part of it to no file.
 */
import { parseArgs } from "node:util";
import type { Figure } from "./figures/figure.ts";
import { quickSet, THREADS } from "./figures/quick-set.ts";
import { countsOf, runCommand, usageError } from "./harness/command.ts";
import { compareReports } from "./harness/comparison.ts";
import { machineLine } from "./harness/machine.ts";
import { assertWritable, readReport, reportOf, writeReport } from "./harness/report.ts";
import { both } from "./harness/samples.ts";
import { markdownTable } from "./harness/table.ts";
import { Turns } from "./harness/turns.ts";

const USAGE = "npm run bench -- [--only PART_OF_A_NAME] [--compare OLD.json] [--out FILE] [--rounds COUNT]";

async function bench(): Promise<void> {
  const { values: flags } = parseArgs({
    options: {
      only: { type: "string", default: "" },
      compare: { type: "string" },
      out: { type: "string" },
      rounds: { type: "string", default: "5" },
    },
  });
  const { rounds } = countsOf(flags, ["rounds"]);
  const old = flags.compare === undefined ? null : readReport(flags.compare);
  const out = flags.out ?? (flags.only === "" ? "bench-results.json" : null);
  if (out !== null) assertWritable(out);
  const set = quickSet();
  const figures = set.figures.filter(({ name }) => name.includes(flags.only));
  if (figures.length === 0) {
    throw usageError(
      `--only ${flags.only}: no such figure, there are ${set.figures.map(({ name }) => name).join(", ")}`,
    );
  }
  console.log(machineLine(THREADS));
  const report = reportOf(await measure(figures, rounds), THREADS);
  await set.close();
  if (out !== null) writeReport(out, report);
  const rows = Object.entries(report.figures).map(([name, timing]) => [name, both(timing), String(timing.samples)]);
  console.log(markdownTable(["figure", "ms, min / median", "samples"], rows));
  console.log(out === null ? "not written: --only without --out" : `written to ${out}`);
  if (old !== null) console.log(`\n${compareReports(old, report, flags.only)}`);
}

async function measure(figures: readonly Figure[], rounds: number): Promise<ReadonlyMap<string, readonly number[]>> {
  const turns = new Turns();
  const taken = figures.map((figure) => [figure.name, turns.own(figure)] as const);
  await turns.measure(rounds);
  return new Map(taken.map(([name, samples]) => [name, samples.flat()]));
}

await runCommand(USAGE, bench);
