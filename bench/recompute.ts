/**
 * @file What `--recompute` costs in time and saves in memory: a weight step with the inside of each cell computed once and twice, in turns.
 * `npm run build && npx tsx bench/recompute.ts [--rounds 4] [--runs 3]`
 */
import { parseArgs } from "node:util";
import { TrainingRig } from "./figures/training-rig.ts";
import { countsOf, runCommand } from "./harness/command.ts";
import { machineLine } from "./harness/machine.ts";
import { both, ratio, summarise } from "./harness/samples.ts";
import { markdownTable } from "./harness/table.ts";
import { Turns } from "./harness/turns.ts";

const USAGE = "npx tsx bench/recompute.ts [--rounds 4] [--runs 3]";
const THREADS = 2;
const SIZES = [
  { cells: "mixed", channels: 16, layers: 8, batch: 64 },
  { cells: "separable", channels: 16, layers: 8, batch: 64 },
  { cells: "mixed", channels: 36, layers: 8, batch: 32 },
];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { rounds: { type: "string", default: "4" }, runs: { type: "string", default: "3" } },
  });
  const { rounds, runs } = countsOf(values, ["rounds", "runs"]);
  console.log(`${machineLine(THREADS)}; ${rounds} rounds of ${runs} steps a side, in turns\n`);
  const rows: string[][] = [];
  for (const size of SIZES) {
    const rigs = [false, true].map((recompute) => new TrainingRig({ ...size, image: 32, threads: THREADS, recompute }));
    const turns = new Turns();
    const samples = rigs.map((rig) => turns.own({ run: () => rig.weightStep(), runs }));
    await turns.measure(rounds);
    const [once, twice] = samples.map((list) => summarise(list.flat()));
    const price = ratio(twice!, once!);
    const [most, least] = await Promise.all(rigs.map(async (rig) => (await rig.size()).bytes / 2 ** 20));
    rows.push([
      `${size.cells}, ${size.channels} channels, ${size.layers} cells, batch ${size.batch}`,
      both(once!),
      both(twice!),
      price.min.toFixed(2),
      price.median.toFixed(2),
      `${most!.toFixed(0)} / ${least!.toFixed(0)}`,
    ]);
    for (const rig of rigs) await rig.close();
  }
  const head = [
    "step",
    "once, ms (min / median)",
    "twice, ms (min / median)",
    "ratio by min",
    "by median",
    "peak once / twice, MiB",
  ];
  console.log(markdownTable(head, rows));
}

await runCommand(USAGE, main);
