/**
 * @file What strategies find in NAS-Bench-201, looked up in its published table: every strategy with every seed, beside the controls that search
 * nothing. Options beyond those here go to each strategy that has them: `--set measured.finalRound=0.4`. With `--out` the runs stay there, and what is
 * there already is not run again.
 * `npm run build && npx tsx bench/nas-bench-201.ts DATA [--strategies measured,two-stage] [--seeds 5] [--epochs 13]`
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { publishedResults, type RunSummary, resume, search } from "../src/run/index.ts";
import type { BenchmarkRow } from "../src/spaces/index.ts";
import { countsOf, runCommand, usageError } from "./harness/command.ts";
import { machineLine } from "./harness/machine.ts";
import { markdownTable } from "./harness/table.ts";

const USAGE =
  "npx tsx bench/nas-bench-201.ts DATA [--strategies measured,two-stage] [--seeds 5] [--epochs 13] [--channels 16] [--cells 1] [--set STRATEGY.OPTION=VALUE ...] [--out FOLDER]";
const SPACE = "nas-bench-201";

interface Outcome {
  readonly strategy: string;
  readonly row: BenchmarkRow;
  readonly distinct: number;
  readonly seconds: number;
}

/** Options by strategy, from `STRATEGY.OPTION=VALUE`. */
function settingsOf(given: readonly string[]): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  const settings = new Map<string, Record<string, unknown>>();
  for (const text of given) {
    const [, strategy, option, value] = /^([\w-]+)\.(\w+)=(.*)$/.exec(text) ?? [];
    if (strategy === undefined) throw usageError(`--set: got ${text}, expected STRATEGY.OPTION=VALUE`);
    const number = Number(value);
    settings.set(strategy, { ...settings.get(strategy), [option!]: Number.isNaN(number) ? value : number });
  }
  return settings;
}

/** Mean, and half of the interval in which it lies with 95 %, by Student's t. */
function meanAndInterval(values: readonly number[]): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const quantiles = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];
  const quantile = quantiles[values.length - 2];
  const half = quantile === undefined ? "" : ` +- ${(quantile * Math.sqrt(variance / values.length)).toFixed(2)}`;
  return `${mean.toFixed(2)}${half}`;
}

await runCommand(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      strategies: { type: "string", default: "measured,two-stage" },
      seeds: { type: "string", default: "5" },
      epochs: { type: "string", default: "13" },
      channels: { type: "string", default: "16" },
      cells: { type: "string", default: "1" },
      set: { type: "string", multiple: true, default: [] },
      out: { type: "string" },
    },
  });
  const [data] = positionals;
  if (data === undefined || positionals.length > 1) throw usageError(`usage: ${USAGE}`);
  const { seeds, epochs, channels, cells } = countsOf(values, ["seeds", "epochs", "channels", "cells"]);
  const settings = settingsOf(values.set);
  const folder = values.out ?? mkdtempSync(join(tmpdir(), "nas-bench-201-"));
  const outcomes: Outcome[] = [];
  try {
    // Seeds outside, strategies inside: what the machine does meanwhile meets all of them.
    for (let seed = 1; seed <= seeds; seed++) {
      for (const strategy of values.strategies.split(",")) {
        const training = { retrainEpochs: 1, retrainCells: 1, retrainChannels: 4 };
        const own = {
          ...(strategy === "one-stage" ? { maxSearchEpochs: epochs } : { epochs }),
          ...settings.get(strategy),
        };
        const size = { imageSize: 16, channels, cells, learningRate: 0.1, weightDecay: 5e-4 };
        const options = strategy === "random" ? { ...training, imageSize: 16 } : { ...size, ...training, ...own };
        const out = join(folder, `${strategy}-${seed}`);
        const found: RunSummary = existsSync(join(out, "config.json"))
          ? await resume({ run: out })
          : await search({ data, space: SPACE, strategy, seed, out, options });
        const { architecture, exploration, seconds } = found;
        const { architectures } = await publishedResults({ space: SPACE, architectures: [architecture] });
        const row = architectures[0]!;
        const distinct = (exploration as { readonly distinctGenotypes: number }).distinctGenotypes;
        outcomes.push({ strategy, row, distinct, seconds });
        console.error(`${strategy}, seed ${seed}: ${architecture} ${JSON.stringify(row.accuracy)}`);
      }
    }
  } finally {
    if (values.out === undefined) rmSync(folder, { recursive: true, force: true });
  }
  const { controls, benchmark } = await publishedResults({ space: SPACE, architectures: [] });
  const keys = Object.keys(benchmark.dataSets);
  console.log(`${benchmark.summary}; ${seeds} seeds, ${machineLine(2)}\n`);
  const found = values.strategies.split(",").map((strategy) => {
    const own = outcomes.filter((outcome) => outcome.strategy === strategy);
    const accuracies = keys.map((key) => meanAndInterval(own.map(({ row }) => row.accuracy[key]!)));
    const worst = Math.min(...own.map(({ row }) => row.accuracy[keys[0]!]!)).toFixed(2);
    const mean = (pick: (outcome: Outcome) => number) => own.reduce((sum, one) => sum + pick(one), 0) / own.length;
    return [
      strategy,
      ...accuracies,
      worst,
      mean(({ distinct }) => distinct).toFixed(0),
      mean(({ seconds }) => seconds).toFixed(0),
    ];
  });
  const others = controls.map(({ names, accuracy }) => {
    return [names.join("; "), ...keys.map((key) => accuracy[key]!.toFixed(2)), "", "0", "0"];
  });
  const head = ["found by", ...keys.map((key) => benchmark.dataSets[key]!), "worst", "architectures", "seconds"];
  console.log(markdownTable(head, [...found, ...others]));
});
