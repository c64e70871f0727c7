/**
 * @file Strategies beside fixed architectures at one budget of seconds for everything, search and training: test accuracy over several seeds, with 95 %
 * intervals of the means and of the differences to each fixed architecture and to `random`, seed by seed. A budget chooses sizes by itself, perhaps
 * another one in each run, so give them: `--option channels=8 --option cells=5`. What `--out` holds already is not run again.
 * `npm run build && npx tsx bench/strategies.ts DATA --time 180 --out FOLDER [--strategies measured,two-stage,one-stage,random] [--seeds 5] [--first-seed 1] [--threads 2]`
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type RunSummary, search, train } from "../src/run/index.ts";
import { meanInterval } from "../src/statistics/index.ts";
import { countsOf, runCommand, usageError } from "./harness/command.ts";
import { formatInterval } from "./harness/interval.ts";
import { keptRun } from "./harness/kept-run.ts";
import { machineLine } from "./harness/machine.ts";
import { optionsOf, strategySettings } from "./harness/strategy-settings.ts";
import { markdownTable } from "./harness/table.ts";

const USAGE =
  "npx tsx bench/strategies.ts DATA --time SECONDS --out FOLDER [--space darts] [--strategies measured,two-stage,one-stage,random] [--architectures DARTS_all_sep_3x3] [--seeds 5] [--first-seed 1] [--threads 2] [--option OPTION=VALUE ...] [--set STRATEGY.OPTION=VALUE ...]";

interface Outcome {
  readonly name: string;
  readonly seed: number;
  readonly summary: RunSummary;
}

await runCommand(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      time: { type: "string" },
      out: { type: "string" },
      space: { type: "string", default: "darts" },
      strategies: { type: "string", default: "measured,two-stage,one-stage,random" },
      architectures: { type: "string", default: "DARTS_all_sep_3x3" },
      seeds: { type: "string", default: "5" },
      "first-seed": { type: "string", default: "1" },
      threads: { type: "string", default: "2" },
      option: { type: "string", multiple: true, default: [] },
      set: { type: "string", multiple: true, default: [] },
    },
  });
  const [data] = positionals;
  const { out: folder, space } = values;
  if (data === undefined || positionals.length > 1 || folder === undefined || values.time === undefined) {
    throw usageError(`usage: ${USAGE}`);
  }
  const given = { ...values, time: values.time };
  const { time, seeds, threads, "first-seed": firstSeed } = countsOf(given, ["time", "seeds", "threads", "first-seed"]);
  const strategies = values.strategies.split(",");
  const architectures = values.architectures.split(",");
  const common = { ...optionsOf(values.option), time };
  const settings = strategySettings(values.set);
  const outcomes: Outcome[] = [];
  // Seeds outside: what the machine does meanwhile meets all of them.
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const take = async (name: string, begin: (out: string) => Promise<RunSummary>) => {
      const out = join(folder, `${name}-${seed}`);
      const summary = await keptRun(out, threads, () => begin(out));
      outcomes.push({ name, seed, summary });
      const percent = (100 * summary.testAccuracy).toFixed(2);
      console.error(`${name}, seed ${seed}: ${percent} % in ${summary.seconds.toFixed(0)} s, ${summary.architecture}`);
    };
    for (const strategy of strategies) {
      const options = { ...common, ...settings.get(strategy) };
      await take(strategy, (out) => search({ data, space, strategy, seed, out, options }, { threads }));
    }
    for (const architecture of architectures) {
      await take(architecture, (out) => train({ architecture, data, space, seed, out, options: common }, { threads }));
    }
  }
  const names = [...strategies, ...architectures];
  const others = names.filter((name) => architectures.includes(name) || name === "random");
  const of = (name: string) => outcomes.filter((outcome) => outcome.name === name);
  const accuracies = (name: string) => of(name).map(({ summary }) => 100 * summary.testAccuracy);
  const difference = (name: string, other: string) => {
    if (name === other) return "";
    const theirs = accuracies(other);
    return formatInterval(meanInterval(accuracies(name).map((accuracy, index) => accuracy - theirs[index]!)));
  };
  const mean = (name: string, pick: (summary: RunSummary) => number) =>
    meanInterval(of(name).map(({ summary }) => pick(summary))).mean.toFixed(0);
  const rows = names.map((name) => [
    ...[name, formatInterval(meanInterval(accuracies(name)))],
    ...others.map((other) => difference(name, other)),
    ...[mean(name, ({ parameters }) => parameters), mean(name, ({ seconds }) => seconds)],
  ]);
  const head = ["", "test accuracy, %", ...others.map((other) => `less ${other}`), "parameters", "seconds"];
  console.log(
    `${data}, space ${space}, ${time} s for each run, seeds ${firstSeed} to ${firstSeed + seeds - 1}, ${machineLine(threads)}\n`,
  );
  console.log(markdownTable(head, rows));
});
