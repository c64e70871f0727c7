/**
 * @file What strategies find in NAS-Bench-201, looked up in its published table: every strategy with every seed, beside the controls that search
 * nothing. Options beyond those here go to each strategy that has them: `--set measured.finalRound=0.4`. With `--out` the runs stay there, and what is
 * there already is not run again.
 * `npm run build && npx tsx bench/nas-bench-201.ts DATA [--strategies measured,two-stage] [--seeds 5] [--epochs 13]`
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { formatCompute } from "../src/format-compute.ts";
import { publishedResults, search } from "../src/run/index.ts";
import type { BenchmarkRow } from "../src/spaces/index.ts";
import { meanInterval } from "../src/statistics/index.ts";
import { countsOf, runCommand, usageError } from "./harness/command.ts";
import { formatInterval } from "./harness/interval.ts";
import { keptRun } from "./harness/kept-run.ts";
import { machineLine } from "./harness/machine.ts";
import { strategySettings } from "./harness/strategy-settings.ts";
import { markdownTable } from "./harness/table.ts";

const USAGE =
  "npx tsx bench/nas-bench-201.ts DATA [--strategies measured,two-stage] [--seeds 5] [--first-seed 1] [--threads 2] [--epochs 13] [--channels 16] [--cells 1] [--set STRATEGY.OPTION=VALUE ...] [--out FOLDER]";
const SPACE = "nas-bench-201";
/** Their search is their training: they have no other network. */
const GO_ON: readonly string[] = ["one-stage", "dsnas"];

interface Outcome {
  readonly strategy: string;
  readonly row: BenchmarkRow;
  readonly distinct: number;
  /** Multiply-accumulates of the search and its scoring. */
  readonly compute: number;
  readonly seconds: number;
}

await runCommand(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      strategies: { type: "string", default: "measured,two-stage" },
      seeds: { type: "string", default: "5" },
      "first-seed": { type: "string", default: "1" },
      threads: { type: "string", default: "2" },
      epochs: { type: "string", default: "13" },
      channels: { type: "string", default: "16" },
      cells: { type: "string", default: "1" },
      set: { type: "string", multiple: true, default: [] },
      out: { type: "string" },
    },
  });
  const [data] = positionals;
  if (data === undefined || positionals.length > 1) throw usageError(`usage: ${USAGE}`);
  const { seeds, epochs, channels, cells, threads } = countsOf(values, [
    ...(["seeds", "epochs", "channels", "cells", "threads"] as const),
  ]);
  const { "first-seed": firstSeed } = countsOf(values, ["first-seed"]);
  const settings = strategySettings(values.set);
  const folder = values.out ?? mkdtempSync(join(tmpdir(), "nas-bench-201-"));
  const outcomes: Outcome[] = [];
  try {
    // Seeds outside, strategies inside: what the machine does meanwhile meets all of them.
    for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
      for (const strategy of values.strategies.split(",")) {
        const goesOn = GO_ON.includes(strategy);
        const training = { retrainEpochs: 1, ...(goesOn ? {} : { retrainCells: 1, retrainChannels: 4 }) };
        const own = { ...(goesOn ? { maxSearchEpochs: epochs } : { epochs }), ...settings.get(strategy) };
        const size = { imageSize: 16, channels, cells, learningRate: 0.1, weightDecay: 5e-4 };
        const options = strategy === "random" ? { ...training, imageSize: 16 } : { ...size, ...training, ...own };
        const out = join(folder, `${strategy}-${seed}`);
        const begin = () => search({ data, space: SPACE, strategy, seed, out, options }, { threads });
        const { architecture, exploration, compute: spent, seconds } = await keptRun(out, threads, begin);
        const { architectures } = await publishedResults({ space: SPACE, architectures: [architecture] });
        const row = architectures[0]!;
        const distinct = (exploration as { readonly distinctGenotypes: number }).distinctGenotypes;
        const compute = spent!.search + spent!.evaluation;
        outcomes.push({ strategy, row, distinct, compute, seconds });
        console.error(`${strategy}, seed ${seed}: ${architecture} ${JSON.stringify(row.accuracy)}`);
      }
    }
  } finally {
    if (values.out === undefined) rmSync(folder, { recursive: true, force: true });
  }
  const { controls, benchmark } = await publishedResults({ space: SPACE, architectures: [] });
  const keys = Object.keys(benchmark.dataSets);
  console.log(`${benchmark.summary}; seeds ${firstSeed} to ${firstSeed + seeds - 1}, ${machineLine(threads)}\n`);
  const found = values.strategies.split(",").map((strategy) => {
    const own = outcomes.filter((outcome) => outcome.strategy === strategy);
    const accuracies = keys.map((key) => formatInterval(meanInterval(own.map(({ row }) => row.accuracy[key]!))));
    const worst = Math.min(...own.map(({ row }) => row.accuracy[keys[0]!]!)).toFixed(2);
    const mean = (pick: (outcome: Outcome) => number) => own.reduce((sum, one) => sum + pick(one), 0) / own.length;
    return [
      strategy,
      ...accuracies,
      worst,
      mean(({ distinct }) => distinct).toFixed(0),
      formatCompute(mean(({ compute }) => compute)),
      mean(({ seconds }) => seconds).toFixed(0),
    ];
  });
  const others = controls.map(({ names, accuracy }) => {
    return [names.join("; "), ...keys.map((key) => accuracy[key]!.toFixed(2)), "", "0", "0", "0"];
  });
  const head = [
    "found by",
    ...keys.map((key) => benchmark.dataSets[key]!),
    "worst",
    "architectures",
    "compute",
    "seconds",
  ];
  console.log(markdownTable(head, [...found, ...others]));
});
