/**
 * @file Where the time of one training step goes: every kernel call of a step is timed on one thread, and added up by operation and
 * shape. `npm run build && npx tsx bench/profile-step.ts [--cells mixed] [--step weights|architecture] [--by kind|shape] [--channels 16] [--layers 8]
 * [--batch 64] [--image 32] [--runs 7]`.
 */
import { parseArgs } from "node:util";
import type { Node } from "../src/graph/index.ts";
import { stepKernels } from "./step-kernels.ts";
import { stepTimes } from "./step-rows.ts";

const { values: flags } = parseArgs({
  options: {
    cells: { type: "string", default: "mixed" },
    step: { type: "string", default: "weights" },
    by: { type: "string", default: "kind" },
    channels: { type: "string", default: "16" },
    layers: { type: "string", default: "8" },
    batch: { type: "string", default: "64" },
    image: { type: "string", default: "32" },
    runs: { type: "string", default: "7" },
  },
});
const { cells, step } = flags;
const [channels, layers, batch, image, runs] = [flags.channels, flags.layers, flags.batch, flags.image, flags.runs].map(
  Number,
) as [number, number, number, number, number];

function labelOf({ kind, inputs, outputs, attributes }: Node): string {
  if (flags.by === "kind") return kind;
  const shape = (s: readonly number[]) => s.slice(1).join("x");
  const more = Object.entries(attributes as Record<string, unknown>)
    .filter(([, value]) => typeof value === "number")
    .map(([name, value]) => `${name}=${value}`);
  return `${kind} ${inputs
    .filter(({ shape }) => shape.length === 4)
    .map((value) => shape(value.shape))
    .join(",")} -> ${outputs[0] === undefined ? "" : shape(outputs[0].shape)} ${more.join(" ")}`;
}

const kernels = await stepKernels({ cells, step, channels, layers, batch, image });
const { instructions, blockBytes } = kernels.compiled;
const { total, rows } = stepTimes(kernels, labelOf, runs);
console.log(
  `node ${process.version}, 1 thread, ${cells}, ${step} step, ${channels} channels, ${layers} cells, batch ${batch}, ${image}x${image}; peak ${(blockBytes / 2 ** 20).toFixed(0)} MiB`,
);
console.log(
  `all kernels: ${total.toFixed(1)} ms at least, ${instructions.length} instructions, ${instructions.filter(({ share }) => share === "barrier").length} barriers`,
);
const width = Math.max(...rows.map(({ label }) => label.length));
console.log(`${"operation".padEnd(width)} count      ms    share  GFLOP/s     GB/s`);
for (const { label, calls, flops, bytes, ms } of rows.slice(0, 60)) {
  const numbers = [
    String(calls).padStart(5),
    ms.toFixed(2).padStart(8),
    `${((100 * ms) / total).toFixed(1)} %`.padStart(8),
    (flops / ms / 1e6).toFixed(1).padStart(8),
    (bytes / ms / 1e6).toFixed(1).padStart(8),
  ];
  console.log(`${label.padEnd(width)} ${numbers.join(" ")}`);
}
