/**
 * @file From a graph to something that can run: drops operations that nothing needs, and lays out all values of one run in a
 * single block of memory from their lifetimes, so that the peak is known before the run starts.
 *
 * Threads own images and do not wait for each other inside most operations. A buffer that was freed may thus still be in use
 * by a slower thread; it is given out again only once all threads have met.
 */
import { Arena, alignBytes, type Hole } from "./arena.ts";
import type { Graph, Node } from "./graph.ts";
import type { OpRule } from "./op-rule.ts";
import { OP_RULES } from "./ops/index.ts";
import { elementCount } from "./shape.ts";
import type { Value } from "./value.ts";
import { ValueTable } from "./value-table.ts";

export interface PlanStep {
  /** What is read and written; those of other roles than `computed` have their place already. */
  readonly values: readonly Value[];
  /** Whether all threads have met since the step before. */
  readonly followsMeeting: boolean;
}

export interface PlanOptions {
  /** What is run, in order. */
  readonly steps: readonly PlanStep[];
  /** Values to be read after the run: they keep their place until the end. */
  readonly outputs: readonly Value[];
  /** Bytes of one element: 4 or 8. */
  readonly elementBytes: number;
}

export interface Plan {
  /** Byte offset of each input and computed value, by value id, in a block of `peakBytes`. */
  readonly offsets: Pick<ValueTable<number>, "get" | "has">;
  readonly peakBytes: number;
}

/** No position: a value that a step names twice is given back once. */
const GIVEN_BACK = -1;

/** Plans one run. Deterministic: the same graph gives the same offsets. */
export function createPlan(graph: Graph, options: PlanOptions): Plan {
  const { steps } = options;
  const lastUse = new ValueTable<number>();
  for (let position = 0; position < steps.length; position++) {
    for (const { id } of steps[position]!.values) lastUse.set(id, position);
  }
  for (const value of options.outputs) lastUse.set(value.id, steps.length);

  const offsets = new ValueTable<number>();
  const arena = new Arena();
  const bytesOf = (value: Value) => alignBytes(elementCount(value.shape) * options.elementBytes);
  for (const value of graph.named("input")) {
    if (lastUse.has(value.id)) offsets.set(value.id, arena.take(bytesOf(value)));
  }
  let quarantine: Hole[] = [];
  for (let position = 0; position < steps.length; position++) {
    const { values, followsMeeting } = steps[position]!;
    if (followsMeeting) {
      for (const hole of quarantine) arena.give(hole);
      quarantine = [];
    }
    for (const value of values) {
      if (value.role === "computed" && !offsets.has(value.id)) offsets.set(value.id, arena.take(bytesOf(value)));
    }
    for (const value of values) {
      if (value.role === "persistent" || lastUse.get(value.id) !== position) continue;
      lastUse.set(value.id, GIVEN_BACK);
      quarantine.push({ offset: offsets.get(value.id)!, bytes: bytesOf(value) });
    }
  }
  return { offsets, peakBytes: arena.peak };
}

/** The operations whose outputs are asked for, directly or not, or that change a persistent value, in the order of the graph. */
export function liveNodes(graph: Graph, outputs: readonly Value[]): readonly Node[] {
  const needed = new Set(outputs.map((value) => value.id));
  const live: Node[] = [];
  for (let index = graph.nodes.length - 1; index >= 0; index--) {
    const node = graph.nodes[index]!;
    const rule = OP_RULES[node.kind] as OpRule<unknown>;
    const mutates = rule.mutates !== undefined && rule.mutates(node.inputs.length, node.attributes).length > 0;
    if (!mutates && !node.outputs.some((value) => needed.has(value.id))) continue;
    for (const value of node.inputs) needed.add(value.id);
    live.push(node);
  }
  return live.reverse();
}
