/**
 * @file How near the kernels of one weight step come to what the machine gives: `npm run build && npx tsx bench/roofline.ts [--runs 15]`
 * prints two markdown tables, the peaks of one thread inside WebAssembly and the operations of the step. Mixed cells,
 * 16 channels, 8 cells, batch 64, 32x32. GFLOP/s count convolutions and batch norm (`work.ts`); GB/s count each operand
 * and each result once, from whichever cache it comes; an output that is made again counts once.
 */
import { parseArgs } from "node:util";
import { type Arithmetic, availableArithmetics, defaultArithmetic } from "../src/device/index.ts";
import type { Node } from "../src/graph/index.ts";
import { type MachinePeaks, machinePeaks } from "./machine-peaks.ts";
import { stepKernels } from "./step-kernels.ts";
import { type StepRow, stepTimes } from "./step-rows.ts";
import { isConvolution } from "./work.ts";

const { values: flags } = parseArgs({ options: { runs: { type: "string", default: "15" } } });
const STEP = { cells: "mixed", step: "weights", channels: 16, layers: 8, batch: 64, image: 32 };
/** Rows below this part of the step are left out. */
const LEAST_SHARE = 0.005;

interface Place {
  readonly operation: string;
  readonly where: string;
  readonly direction: string;
}

/** @param lossIndex where the backward pass begins */
function placeOf(node: Node, lossIndex: number): Place {
  const direction = node.index < lossIndex ? "forward" : "backward";
  return { operation: operationOf(node), where: whereOf(node), direction };
}

function operationOf({ kind, inputs, attributes }: Node): string {
  const { stride, dilation, size } = attributes as { stride?: number; dilation?: number; size?: unknown };
  const filter = kind.endsWith("FilterGradient") ? [size].flat()[0] : inputs[1]?.shape[0];
  return [
    kind,
    isConvolution(kind) && !kind.startsWith("pointwise") ? `${filter}x${filter}` : "",
    dilation !== undefined && dilation > 1 ? "dilated" : "",
    stride !== undefined && stride > 1 ? `/${stride}` : "",
    kind === "sum" || kind === "weightedSum" ? `of ${inputs.filter(isImages).length}` : "",
  ]
    .filter((part) => part !== "")
    .join(" ");
}

/** Height, width and channels of the images before the operation, and channels after it if they differ. */
function whereOf({ kind, inputs, outputs }: Node): string {
  const images = [...inputs, ...outputs].filter(isImages);
  const hasGradient = isConvolution(kind) && kind.endsWith("Gradient");
  const before = hasGradient ? (kind.endsWith("InputGradient") ? outputs[0]! : inputs[1]!) : images[0];
  if (before === undefined) return "";
  const after = hasGradient ? inputs[0]! : outputs.find(isImages);
  const to = after === undefined ? undefined : after.shape[3];
  return before.shape.slice(1).join("x") + (to === undefined || to === before.shape[3] ? "" : `->${to}`);
}

function isImages({ shape }: { readonly shape: readonly number[] }): boolean {
  return shape.length === 4;
}

function line(cells: readonly string[]): void {
  console.log(`| ${cells.join(" | ")} |`);
}

function percent(part: number): string {
  return `${(100 * part).toFixed(part < 0.1 ? 1 : 0)} %`;
}

const own = defaultArithmetic();
const byArithmetic = new Map<Arithmetic, MachinePeaks>();
for (const arithmetic of availableArithmetics()) byArithmetic.set(arithmetic, await machinePeaks(arithmetic));
const peaks = byArithmetic.get(own)!;
const best = peaks.pairs ?? peaks.single;
console.log(`node ${process.version}, ${process.arch}, one thread\n`);
line(["peak", "measured"]);
line(["---", "---:"]);
for (const [arithmetic, { single, pairs }] of byArithmetic) {
  line([`${arithmetic} multiply and add, 128-bit vectors`, `${single.toFixed(1)} GFLOP/s`]);
  const joined = pairs === null ? "not joined" : `${pairs.toFixed(1)} GFLOP/s`;
  line([`${arithmetic} multiply and add, joined pairs`, joined]);
}
for (const [name, { read, copy }] of [
  ["memory, 256 MiB", peaks.memory],
  ["second cache, 256 KiB", peaks.cache],
] as const) {
  line([`${name}: read`, `${read.toFixed(1)} GB/s`]);
  line([`${name}: copy, read and written`, `${copy.toFixed(1)} GB/s`]);
}

const kernels = await stepKernels(STEP, own);
const lossIndex = kernels.nodes.find(({ kind }) => kind === "crossEntropyGradient")!.index;
const labelOf = (node: Node) => Object.values(placeOf(node, lossIndex)).join();
const { total, rows } = stepTimes(kernels, labelOf, Number(flags.runs));

function rates({ flops, bytes, ms }: Pick<StepRow, "flops" | "bytes" | "ms">): string[] {
  const [arithmetic, bandwidth] = [flops / ms / 1e6, bytes / ms / 1e6];
  return [
    ms.toFixed(2),
    flops === 0 ? "" : arithmetic.toFixed(1),
    flops === 0 ? "" : percent(arithmetic / best),
    bytes === 0 ? "" : bandwidth.toFixed(1),
    bytes === 0 ? "" : percent(bandwidth / peaks.memory.copy),
  ];
}

console.log(
  `\nPeak: ${own}, ${peaks.pairs === null ? "128-bit vectors" : "joined pairs"}. Bandwidth: copy of memory.\n`,
);
const titles = ["operation", "where", "pass", "calls", "ms", "GFLOP/s", "of peak", "GB/s", "of bandwidth"];
line(titles);
line(titles.map((_, k) => (k < 3 ? "---" : "---:")));
for (const row of rows) {
  if (row.ms < LEAST_SHARE * total) continue;
  const { operation, where, direction } = placeOf(row.node, lossIndex);
  line([operation, where, direction, String(row.calls), ...rates(row)]);
}
const convolutions = rows.filter(({ node }) => isConvolution(node.kind)).reduce((sum, { flops }) => sum + flops, 0);
line(["whole step, convolutions' arithmetic", "", "", "", ...rates({ flops: convolutions, bytes: 0, ms: total })]);
