/**
 * @file What an image takes on one machine, as a sum over what an architecture keeps: the time of each candidate, in all places where its group
 * stands, and a rest that all architectures share. The table was measured once; that the sum is right is an assumption, which the end of a run checks.
 */
import { z } from "zod";
import { liveNodes } from "../graph/index.ts";
import type { Network } from "../network/index.ts";

/** Milliseconds of one image, alone in its batch, on one thread. */
export interface LatencyTable {
  /** What it was measured on. */
  readonly machine: string;
  /** Of a network beyond its candidates: stem, sums, classifier, and the call itself. */
  readonly rest: number;
  /** Of each group its candidates by name. */
  readonly groups: readonly Readonly<Record<string, number>>[];
}

export const latencySchema: z.ZodType<LatencyTable> = z.object({
  machine: z.string(),
  rest: z.number(),
  groups: z.array(z.record(z.string(), z.number().min(0))).readonly(),
});

/** Of a network of the space that the table is of, of whatever size; what it keeps and nothing needs costs nothing. */
export function estimateMilliseconds(
  { rest, groups }: LatencyTable,
  { graph, kept, logits }: Pick<Network, "graph" | "kept" | "logits">,
): number {
  const live = new Set(liveNodes(graph, [logits]).map(({ index }) => index));
  const counted = new Set<string>();
  let sum = rest;
  for (const { group, candidate, nodes } of kept) {
    const key = `${group}/${candidate}`;
    if (counted.has(key)) continue;
    let node = nodes.first;
    while (node < nodes.end && !live.has(node)) node++;
    if (node === nodes.end) continue;
    counted.add(key);
    // An architecture that the space does not hold, such as a published one with other nodes, may keep others.
    sum += groups[group]?.[candidate] ?? 0;
  }
  return sum;
}
