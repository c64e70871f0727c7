/**
 * @file How the time and the memory of one weight step grow with the batch, the width, the depth, the image, the threads and the
 * candidates on offer: a markdown table each, from a base point with one size changed. For the candidates, the sparse step
 * stands beside the dense one. A size that does not fit the device's memory has the error's first words for a time.
 *
 *   npm run build && npx tsx bench/growth.ts [--steps 3] [--only batch,channels,cells,image,candidates,threads]
 */
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { IstaNasError } from "../src/error.ts";
import { PRIMITIVES } from "../src/spaces/darts/index.ts";
import { CandidateRig } from "./figures/candidate-rig.ts";
import { type RigOptions, TrainingRig } from "./figures/training-rig.ts";
import { countsOf, runCommand, usageError } from "./harness/command.ts";
import { machineLine } from "./harness/machine.ts";
import { sample, summarise, type Timing } from "./harness/samples.ts";
import { markdownTable } from "./harness/table.ts";

const USAGE = "npx tsx bench/growth.ts [--steps 3] [--only batch,channels,cells,image,candidates,threads]";

const BASE: RigOptions = { cells: "mixed", channels: 16, layers: 8, batch: 64, image: 32, threads: 2 };

/** The dense step of 14 candidates does not fit the device at the base point. */
const CANDIDATES_BASE: RigOptions = { ...BASE, channels: 8, layers: 5, batch: 32 };

interface Size {
  readonly key: Exclude<keyof RigOptions, "cells">;
  readonly values: readonly number[];
}

const SIZES: Readonly<Record<string, Size>> = {
  batch: { key: "batch", values: [8, 16, 32, 64, 128] },
  channels: { key: "channels", values: [8, 16, 24, 36] },
  cells: { key: "layers", values: [5, 8, 14, 20] },
  image: { key: "image", values: [16, 32, 48, 64] },
  threads: { key: "threads", values: [1, 2] },
};

const TABLES = ["batch", "channels", "cells", "image", "candidates", "threads"];

interface Rig {
  weightStep(): Promise<void>;
  size(): Promise<{ readonly parameters: number; readonly bytes: number }>;
  close(): Promise<void>;
}

interface Measured {
  readonly timing: Timing;
  readonly parameters: number;
  readonly bytes: number;
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Times `steps` steps after two that do not count; the first words of the error if they do not fit. */
async function measure(start: () => Rig | Promise<Rig>, steps: number): Promise<Measured | string> {
  // The memory of the device before must go first: two of the largest may not fit the machine.
  collectGarbage();
  let rig: Rig | null = null;
  try {
    rig = await start();
    const size = await rig.size();
    await rig.weightStep();
    return { ...size, timing: summarise(await sample(rig.weightStep.bind(rig), steps)) };
  } catch (error) {
    if (error instanceof IstaNasError && error.code === "E_DEVICE_MEMORY") return error.message.split(",")[0]!;
    throw error;
  } finally {
    await rig?.close();
  }
}

const milliseconds = (value: number) => value.toFixed(value < 10 ? 3 : 1);

function describe({ channels, layers, batch, image, threads }: RigOptions): string {
  return `${channels} channels, ${layers} cells, batch ${batch}, ${image}x${image}, ${threads} threads`;
}

async function sizeTable(name: string, { key, values }: Size, steps: number): Promise<string> {
  const head = [name, "ms, min", "ms, median", "ms an image", "peak bytes", "peak bytes an image"];
  const rows: string[][] = [];
  for (const value of values) {
    const options = { ...BASE, [key]: value };
    const measured = await measure(() => new TrainingRig(options), steps);
    if (typeof measured === "string") rows.push([String(value), measured, "", "", "", ""]);
    else {
      const { timing, bytes } = measured;
      const times = [timing.min, timing.median, timing.min / options.batch].map(milliseconds);
      rows.push([String(value), ...times, String(bytes), (bytes / options.batch).toFixed(0)]);
    }
  }
  return `## ${name} (else ${describe(BASE)})\n\n${markdownTable(head, rows)}`;
}

async function candidateTable(steps: number): Promise<string> {
  const columns = ["ms, min", "ms, median", "peak bytes", "parameters"];
  const kinds = ["sparse", "dense"] as const;
  const head = ["candidates an edge", ...kinds.flatMap((kind) => columns.map((column) => `${kind}: ${column}`))];
  const rows: string[][] = [];
  for (const copies of [1, 2]) {
    const row = [String(copies * PRIMITIVES.length)];
    for (const step of kinds) {
      const measured = await measure(() => CandidateRig.start({ ...CANDIDATES_BASE, copies, step }), steps);
      if (typeof measured === "string") row.push(measured, "", "", "");
      else {
        const { timing, bytes, parameters } = measured;
        row.push(milliseconds(timing.min), milliseconds(timing.median), String(bytes), String(parameters));
      }
    }
    rows.push(row);
  }
  return `## candidates (${describe(CANDIDATES_BASE)})\n\n${markdownTable(head, rows)}`;
}

async function growth(): Promise<void> {
  const { values: flags } = parseArgs({
    options: { steps: { type: "string", default: "3" }, only: { type: "string", default: TABLES.join(",") } },
  });
  const { steps } = countsOf(flags, ["steps"]);
  const names = flags.only.split(",");
  const unknown = names.find((name) => !TABLES.includes(name));
  if (unknown !== undefined) throw usageError(`--only: got "${unknown}", expected some of ${TABLES.join(", ")}`);
  console.log(`${machineLine(BASE.threads)}; ${BASE.cells} cells`);
  for (const name of names) {
    const size = SIZES[name];
    console.log(`\n${size === undefined ? await candidateTable(steps) : await sizeTable(name, size, steps)}`);
  }
}

await runCommand(USAGE, growth);
