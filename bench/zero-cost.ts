/**
 * @file How well scores of networks at initialisation rank the cells of NAS-Bench-201 by the CIFAR-10 accuracy of its published table: Spearman's rho and
 * Kendall's tau-b of each score and of mean ranks, with bootstrap intervals of 95 %, beside what was published for all cells. With `--published FILE`, a
 * table of published scores by cell, also how well those rank the same cells, and how well ours agree with them.
 * `npm run build && npx tsx bench/zero-cost.ts DATA [--cells 300] [--seed 1] [--image-size 32] [--batch 64]`
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadDataSet, NO_AUGMENTATION, pixelStatistics, TrainingBatches } from "../src/data/index.ts";
import { createWasmDevice } from "../src/device/index.ts";
import { inferencePass } from "../src/network/index.ts";
import { RandomStreams } from "../src/random/index.ts";
import { readBenchmarkTable } from "../src/run/benchmark-table.ts";
import { type Nb201Macro, Nb201Table, nb201Kind, nb201Space } from "../src/spaces/nas-bench-201/index.ts";
import { bootstrapInterval, kendallTau, spearmanRho } from "../src/statistics/index.ts";
import { initialiseWeights, type TrainingBatch } from "../src/train/index.ts";
import { meanRanks, scoreNetwork, ZERO_COST_SCORES } from "../src/zero-cost/index.ts";
import { countsOf, runCommand, usageError } from "./harness/command.ts";
import { linkedSubset } from "./harness/linked-subset.ts";
import { machineLine } from "./harness/machine.ts";
import { markdownTable } from "./harness/table.ts";

const USAGE =
  "npx tsx bench/zero-cost.ts DATA [--cells 300] [--seed 1] [--image-size 32] [--batch 64] [--channels 16] [--cells-per-stage 5] [--threads 1] [--published FILE] [--out FILE]";
/** Of each class, enough to draw a batch from. */
const IMAGES = 200;
const CLASSES = 10;

/** Spearman's rho with CIFAR-10 test accuracy over all cells, from the notebooks of Abdelfattah et al. 2021. */
const PUBLISHED: Readonly<Record<string, number>> = {
  ...{ synflow: 0.737, "jacob-cov": 0.731, snip: 0.596, "grad-norm": 0.594, grasp: 0.514, fisher: 0.36 },
  "synflow+jacob-cov+snip": 0.817,
};
/** What scores are called in tables of NAS-Bench-Suite-Zero. */
const COLUMNS: Readonly<Record<string, string>> = {
  ...{ synflow: "synflow", "jacob-cov": "jacov", naswot: "nwot", snip: "snip", "grad-norm": "grad_norm" },
  ...{ grasp: "grasp", fisher: "fisher", parameters: "params", macs: "flops" },
};
const VOTES = [
  ["synflow", "jacob-cov", "snip"],
  ["synflow", "jacob-cov"],
  ["synflow", "naswot"],
  ["synflow", "jacob-cov", "naswot"],
];

const NAMES = ZERO_COST_SCORES.map(({ name }) => name);

/** One cell: its accuracy, and its scores in the order of `NAMES`. */
interface ScoredCell {
  readonly cell: string;
  readonly accuracy: number;
  readonly scores: readonly (number | null)[];
  /** Scores that were published, by column; null where the table lacks the cell. */
  readonly published: ReadonlyMap<string, number> | null;
}

await runCommand(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      cells: { type: "string", default: "300" },
      seed: { type: "string", default: "1" },
      "image-size": { type: "string", default: "32" },
      batch: { type: "string", default: "64" },
      channels: { type: "string", default: "16" },
      "cells-per-stage": { type: "string", default: "5" },
      threads: { type: "string", default: "1" },
      published: { type: "string" },
      out: { type: "string" },
    },
  });
  const [data] = positionals;
  if (data === undefined || positionals.length > 1) throw usageError(`usage: ${USAGE}`);
  const counts = countsOf(values, ["cells", "seed", "image-size", "batch", "channels", "cells-per-stage", "threads"]);
  const { cells: count, seed, "image-size": side, batch, channels, threads } = counts;
  const streams = new RandomStreams(seed);
  const macro: Nb201Macro = {
    ...{ imageSize: { height: side, width: side }, imageChannels: 3, classCount: CLASSES, channels },
    ...{ cellsPerStage: counts["cells-per-stage"], reduction: "residual", affine: true, everyNorm: false },
  };
  const images = await oneBatch(data, { side, batch, seed, streams });
  const published = values.published === undefined ? new Map() : readPublished(values.published);
  const { rows } = Nb201Table.parse(readBenchmarkTable(nb201Kind.benchmark!.table));
  const order = rows.map((row) => ({ row, key: streams.stream(`cell/${row.index}`).uniform() }));
  const drawn = order.sort((a, b) => a.key - b.key).slice(0, count);
  const space = nb201Space();
  const device = await createWasmDevice({ threads });
  const scored: ScoredCell[] = [];
  const seconds = NAMES.map(() => 0);
  for (const { row } of drawn) {
    const build = space.derivedNetwork(macro, space.parse(row.cell));
    initialiseWeights(device, build(inferencePass()), streams);
    const scores: (number | null)[] = [];
    for (const [index, score] of ZERO_COST_SCORES.entries()) {
      const start = performance.now();
      scores.push(...(await scoreNetwork(device, build, [score], batch, images)));
      seconds[index]! += (performance.now() - start) / 1000 / drawn.length;
    }
    scored.push({ cell: row.cell, accuracy: row.cifar10, scores, published: published.get(row.cell) ?? null });
    console.error(`${scored.length}/${drawn.length} ${row.cell} ${row.cifar10} ${scores.join(" ")}`);
  }
  await device.close();
  if (values.out !== undefined) writeFileSync(values.out, csvOf(scored));
  console.log(
    `${scored.length} random cells, seed ${seed}, ${side}x${side} pixels, batch ${batch}, ${channels} channels`,
  );
  console.log(`${macro.cellsPerStage} cells a stage; ${machineLine(threads)}\n`);
  console.log(agreementTable(scored, seconds, streams));
  const known = scored.filter((cell) => cell.published !== null);
  if (known.length > 0)
    console.log(`\nthe ${known.length} of them in ${values.published}\n\n${comparisonTable(known)}`);
});

/** The first batch of a shuffled part of the training images, not augmented. */
async function oneBatch(
  data: string,
  given: { readonly side: number; readonly batch: number; readonly seed: number; readonly streams: RandomStreams },
): Promise<TrainingBatch> {
  const folder = mkdtempSync(join(tmpdir(), "zero-cost-"));
  try {
    const { train } = await loadDataSet(linkedSubset(data, IMAGES, folder), {
      ...{ seed: given.seed, imageSize: given.side, colour: "rgb" },
    });
    const common = { split: train, statistics: pixelStatistics(train), augmentation: NO_AUGMENTATION };
    const { batch: batchSize, streams } = given;
    return new TrainingBatches({ ...common, batchSize, streams, name: "scored" }).batch(0, 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** By cell, the scores by column. */
function readPublished(path: string): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const [header = "", ...lines] = readFileSync(path, "utf8").trimEnd().split("\n");
  const columns = header.split(",");
  const cell = columns.indexOf("arch");
  const missing = ["arch", ...Object.values(COLUMNS)].find((name) => !columns.includes(name));
  if (missing !== undefined) throw usageError(`--published: ${path} has no column ${missing}`);
  return new Map(
    lines.map((line) => {
      const fields = line.split(",");
      return [fields[cell]!, new Map(columns.map((name, place) => [name, Number(fields[place])]))];
    }),
  );
}

/** Values of one score, or mean ranks of several; what is not finite lies below all others. */
function valuesOf(cells: readonly ScoredCell[], names: readonly string[]): Float64Array {
  return meanRanks(cells.map(({ scores }) => names.map((name) => scores[NAMES.indexOf(name)]!)));
}

function agreementTable(scored: readonly ScoredCell[], seconds: readonly number[], streams: RandomStreams): string {
  const accuracies = scored.map(({ accuracy }) => accuracy);
  const rows = [...NAMES.map((name) => [name]), ...VOTES].map((names) => {
    const values = valuesOf(scored, names);
    const places = names.map((name) => NAMES.indexOf(name));
    const withInterval = (statistic: typeof spearmanRho) => {
      const stream = streams.stream(`bootstrap/${names.join("+")}`);
      const interval = bootstrapInterval({ count: scored.length, stream }, (items) =>
        statistic(
          items.map((item) => values[item]!),
          items.map((item) => accuracies[item]!),
        ),
      );
      return `${figure(statistic(values, accuracies))} (${interval?.map(figure).join(" to ")})`;
    };
    const best = values.indexOf(Math.max(...values));
    const infinite = scored.filter(({ scores }) => places.some((place) => scores[place] === null)).length;
    return [
      ...[names.join("+"), withInterval(spearmanRho), withInterval(kendallTau)],
      ...[figure(PUBLISHED[names.join("+")] ?? null), accuracies[best]!.toFixed(2), String(infinite)],
      places.reduce((sum, place) => sum + seconds[place]!, 0).toFixed(2),
    ];
  });
  const head = [
    "score",
    "Spearman's rho",
    "Kendall's tau-b",
    "rho published",
    "top one",
    "not finite",
    "seconds a cell",
  ];
  return markdownTable(head, rows);
}

/** Ours and the published scores on the same cells. */
function comparisonTable(cells: readonly ScoredCell[]): string {
  const accuracies = cells.map(({ accuracy }) => accuracy);
  const rows = NAMES.map((name) => {
    const own = valuesOf(cells, [name]);
    const other = cells.map(({ published }) => published!.get(COLUMNS[name]!)!);
    const agreements = [spearmanRho(own, accuracies), spearmanRho(other, accuracies), spearmanRho(own, other)];
    return [name, ...agreements.map(figure)];
  });
  return markdownTable(["score", "ours with accuracy", "published with accuracy", "ours with published"], rows);
}

function figure(value: number | null): string {
  return value === null ? "-" : value.toFixed(3);
}

function csvOf(scored: readonly ScoredCell[]): string {
  const lines = scored.map(({ cell, accuracy, scores }) => [cell, accuracy, ...scores.map((value) => value ?? "")]);
  return `${[["cell", "accuracy", ...NAMES], ...lines].map((line) => line.join(",")).join("\n")}\n`;
}
