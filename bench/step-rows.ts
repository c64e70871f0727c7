/** @file The time of a step added up by a label of its operations: each row is the least of many runs. */
import type { Node } from "../src/graph/index.ts";
import type { StepKernels } from "./step-kernels.ts";
import { workOf } from "./work.ts";

const WARM_UP_RUNS = 2;

export interface StepRow {
  readonly label: string;
  /** The first of its operations. */
  readonly node: Node;
  /** Operations. */
  calls: number;
  flops: number;
  bytes: number;
  /** Milliseconds, at least. */
  ms: number;
}

export interface StepTimes {
  /** Milliseconds of all kernels, at least. */
  readonly total: number;
  /** The slowest first. */
  readonly rows: readonly StepRow[];
}

export function stepTimes({ nodes, time }: StepKernels, labelOf: (node: Node) => string, runs: number): StepTimes {
  const labels = new Map(nodes.map((node) => [node, labelOf(node)]));
  const rows = new Map<string, StepRow>();
  for (const [node, label] of labels) {
    const { flops, bytes } = workOf(node);
    const row = rows.get(label) ?? { label, node, calls: 0, flops: 0, bytes: 0, ms: Number.POSITIVE_INFINITY };
    rows.set(label, row);
    row.calls++;
    row.flops += flops;
    row.bytes += bytes;
  }
  let total = Number.POSITIVE_INFINITY;
  for (let run = 0; run < WARM_UP_RUNS; run++) time();
  for (let run = 0; run < runs; run++) {
    const spent = new Map<string, number>();
    for (const [node, ms] of time()) spent.set(labels.get(node)!, (spent.get(labels.get(node)!) ?? 0) + ms);
    for (const [label, ms] of spent) rows.get(label)!.ms = Math.min(rows.get(label)!.ms, ms);
    total = Math.min(
      total,
      [...spent.values()].reduce((sum, ms) => sum + ms, 0),
    );
  }
  return { total, rows: [...rows.values()].sort((a, b) => b.ms - a.ms) };
}
