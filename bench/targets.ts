/**
 * @file The figures that have targets, all in one run, ours and PyTorch's in turns, as a markdown table.
 * `npm run build && npx tsx bench/targets.ts --reference PATH/bench_step.py [--python /usr/bin/python3] [--rounds 3] [--steps 4]`.
 * Of each side it keeps the least minimum and the median of the medians of the rounds.
 */
import { parseArgs } from "node:util";
import { NewSupports } from "./figures/new-support.ts";
import { NETWORK, THREADS } from "./figures/quick-set.ts";
import { recoveryFigure } from "./figures/recovery.ts";
import { startFigures } from "./figures/start.ts";
import { TrainingRig } from "./figures/training-rig.ts";
import { countsOf, runCommand, usageError } from "./harness/command.ts";
import { machineLine } from "./harness/machine.ts";
import { fasterFormat, pyTorch } from "./harness/pytorch.ts";
import { acrossRounds, both, ratio, summarise, type Timing } from "./harness/samples.ts";
import { markdownTable } from "./harness/table.ts";
import { Turns } from "./harness/turns.ts";

const USAGE = "npx tsx bench/targets.ts --reference PATH/bench_step.py [--python PROGRAM] [--rounds 3] [--steps 4]";
const FEWEST_STEPS = 10;

/** Which limits hold: from Node 24 on the engine joins pairs of vectors. */
const FROM_NODE_24 = Number(process.versions.node.split(".")[0]) >= 24;

interface Target {
  readonly figure: string;
  readonly ours: Timing;
  /** What ours is divided by; null where the target is in milliseconds. */
  readonly other: Timing | null;
  readonly limit: number;
  /** Whether the ratio is to be at least the limit rather than at most. */
  readonly atLeast?: boolean;
}

function timingOf(rounds: readonly (readonly number[])[]): Timing {
  return acrossRounds(rounds.map(summarise));
}

function meets({ ours, other, limit, atLeast = false }: Target, key: keyof Timing): boolean {
  const value = (other === null ? ours : ratio(ours, other))[key];
  return atLeast ? value >= limit : value <= limit;
}

function rowOf(target: Target): string[] {
  const { figure, ours, other, limit, atLeast = false } = target;
  const value = other === null ? ours : ratio(ours, other);
  const [byMin, byMedian] = [meets(target, "min"), meets(target, "median")];
  return [
    figure,
    both(ours),
    other === null ? "" : both(other),
    other === null ? "" : value.min.toFixed(3),
    other === null ? "" : value.median.toFixed(3),
    `${atLeast ? "≥" : "≤"} ${limit}${other === null ? " ms" : ""}`,
    byMin && byMedian ? "yes" : byMin ? "by min only" : byMedian ? "by median only" : "no",
  ];
}

async function bench(): Promise<void> {
  const { values: flags } = parseArgs({
    options: {
      reference: { type: "string" },
      python: { type: "string", default: "/usr/bin/python3" },
      rounds: { type: "string", default: "3" },
      steps: { type: "string", default: "4" },
    },
  });
  const { rounds, steps } = countsOf(flags, ["rounds", "steps"]);
  if (flags.reference === undefined) throw usageError(`--reference: missing\nusage: ${USAGE}`);
  const reference = pyTorch(flags.python, flags.reference);

  const mixed = new TrainingRig({ ...NETWORK, cells: "mixed", threads: THREADS });
  const oneThread = new TrainingRig({ ...NETWORK, cells: "mixed", threads: 1 });
  const separable = new TrainingRig({ ...NETWORK, cells: "separable", threads: THREADS });
  const wide = new TrainingRig({ ...NETWORK, cells: "mixed", threads: THREADS, channels: 36, batch: 32 });
  const supports = new NewSupports({ ...NETWORK, threads: THREADS });

  const turns = new Turns();
  const ownStep = (run: () => Promise<void>) => turns.own({ run, runs: steps });
  const start = startFigures(steps);
  const oneThreadStep = ownStep(() => oneThread.weightStep());
  const iteration = ownStep(() => mixed.iteration());
  const architectureStep = ownStep(() => mixed.architectureStep());
  const mixedStep = ownStep(() => mixed.weightStep());
  const theirMixed = turns.pyTorch(reference, mixed, steps);
  const separableStep = ownStep(() => separable.weightStep());
  const theirSeparable = turns.pyTorch(reference, separable, steps);
  const wideStep = ownStep(() => wide.weightStep());
  const theirWide = turns.pyTorch(reference, wide, steps);
  const compile = turns.own({ run: async () => (await supports.compile()).release(), runs: steps });
  const recovery = turns.own(recoveryFigure());
  const help = turns.own(start.help);
  const node = turns.own(start.node);
  await turns.measure(rounds);
  for (const rig of [mixed, oneThread, separable, wide, supports]) await rig.close();

  const step = timingOf(mixedStep);
  const their = fasterFormat(theirMixed);
  const limit = (node24: number, node20: number) => (FROM_NODE_24 ? node24 : node20);
  const targets: Target[] = [
    { figure: "weight step, mixed / PyTorch", ours: step, other: their, limit: limit(0.36, 0.52) },
    {
      figure: "weight step, separable / PyTorch",
      ours: timingOf(separableStep),
      other: fasterFormat(theirSeparable),
      limit: limit(0.52, 0.78),
    },
    { figure: "architecture step / weight step", ours: timingOf(architectureStep), other: step, limit: 0.75 },
    {
      figure: "bi-level iteration / two PyTorch steps",
      ours: timingOf(iteration),
      other: { min: 2 * their.min, median: 2 * their.median },
      limit: limit(0.31, 0.45),
    },
    { figure: "1 thread / 2 threads", ours: timingOf(oneThreadStep), other: step, limit: 1.8, atLeast: true },
    {
      figure: "weight step, 36 channels, batch 32 / PyTorch",
      ours: timingOf(wideStep),
      other: fasterFormat(theirWide),
      limit: limit(0.42, 0.5),
    },
    { figure: "compile for a new support / weight step", ours: timingOf(compile), other: step, limit: 0.05 },
    { figure: "recovery of eight nodes", ours: timingOf(recovery), other: null, limit: limit(2, 3) },
    { figure: "--help / node -e 0", ours: timingOf(help), other: timingOf(node), limit: 3 },
  ];
  const head = [
    "figure",
    "ours, ms (min / median)",
    "other side, ms (min / median)",
    "ratio by min",
    "ratio by median",
  ];
  console.log(`${machineLine(THREADS)}\n`);
  console.log(markdownTable([...head, "target", "met"], targets.map(rowOf)));
  const missed = targets.filter((target) => !meets(target, "min") && !meets(target, "median"));
  console.log(`\nmissed by minimum and median: ${missed.map(({ figure }) => figure).join("; ") || "none"}`);
  if (missed.length > 0) process.exitCode = 1;
  if (rounds * steps < FEWEST_STEPS) console.log(`\nfewer than ${FEWEST_STEPS} steps each: not to be quoted`);
}

await runCommand(USAGE, bench);
