/**
 * @file From a graph to something that can run: drops operations that nothing needs, and lays out all values of one run in a
 * single block of memory from their lifetimes, so that the peak is known before the run starts.
 *
 * Threads own images and do not wait for each other inside most operations. A buffer that was freed may thus still be in use
 * by a slower thread; it is given out again only once all threads have met.
 */
import type { Graph, Node, Value } from "./graph.ts";
import type { OpRule } from "./op-rule.ts";
import { OP_RULES } from "./ops/index.ts";
import { elementCount } from "./shape.ts";

/** One turn of an operation; an operation may have several, with other operations between them. */
export interface PlanStep {
  readonly node: Node;
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
  readonly offsets: ReadonlyMap<number, number>;
  readonly peakBytes: number;
}

const ALIGNMENT = 64;

interface Hole {
  offset: number;
  bytes: number;
}

/** Plans one run. Deterministic: the same graph gives the same offsets. */
export function createPlan(graph: Graph, options: PlanOptions): Plan {
  const { steps } = options;
  const lastUse = new Map<number, number>();
  for (const [position, { node }] of steps.entries()) {
    for (const value of [...node.inputs, ...node.outputs]) lastUse.set(value.id, position);
  }
  for (const value of options.outputs) lastUse.set(value.id, steps.length);

  const offsets = new Map<number, number>();
  const arena = new Arena();
  const bytesOf = (value: Value) => align(elementCount(value.shape) * options.elementBytes);
  for (const value of graph.named("input")) {
    if (lastUse.has(value.id)) offsets.set(value.id, arena.take(bytesOf(value)));
  }
  let quarantine: Hole[] = [];
  for (const [position, { node, followsMeeting }] of steps.entries()) {
    if (followsMeeting) {
      for (const hole of quarantine) arena.give(hole);
      quarantine = [];
    }
    for (const value of node.outputs) {
      if (!offsets.has(value.id)) offsets.set(value.id, arena.take(bytesOf(value)));
    }
    for (const value of new Set([...node.inputs, ...node.outputs])) {
      if (value.role === "persistent" || lastUse.get(value.id) !== position) continue;
      quarantine.push({ offset: offsets.get(value.id)!, bytes: bytesOf(value) });
    }
  }
  return { offsets, peakBytes: arena.peak };
}

/** The operations whose outputs are asked for, directly or not, or that change a persistent value, in the order of the graph. */
export function liveNodes(graph: Graph, outputs: readonly Value[]): readonly Node[] {
  const needed = new Set(outputs.map((value) => value.id));
  const live: Node[] = [];
  for (const node of [...graph.nodes].reverse()) {
    const rule = OP_RULES[node.kind] as OpRule<unknown>;
    const mutates = (rule.mutates?.(node.inputs.length, node.attributes) ?? []).length > 0;
    if (!mutates && !node.outputs.some((value) => needed.has(value.id))) continue;
    for (const value of node.inputs) needed.add(value.id);
    live.push(node);
  }
  return live.reverse();
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** Best fit in a block that grows; neighbouring holes are joined. */
class Arena {
  peak = 0;
  #holes: Hole[] = [];

  take(bytes: number): number {
    let best: Hole | undefined;
    for (const hole of this.#holes) {
      if (hole.bytes >= bytes && (best === undefined || hole.bytes < best.bytes)) best = hole;
    }
    if (best !== undefined) {
      const { offset } = best;
      best.offset += bytes;
      best.bytes -= bytes;
      if (best.bytes === 0) this.#holes.splice(this.#holes.indexOf(best), 1);
      return offset;
    }
    const last = this.#holes.at(-1);
    const offset = last !== undefined && last.offset + last.bytes === this.peak ? last.offset : this.peak;
    if (last !== undefined && offset === last.offset) this.#holes.pop();
    this.peak = offset + bytes;
    return offset;
  }

  give(freed: Hole): void {
    let at = this.#holes.findIndex((hole) => hole.offset > freed.offset);
    if (at < 0) at = this.#holes.length;
    this.#holes.splice(at, 0, { ...freed });
    for (const i of [at, at - 1]) {
      const hole = this.#holes[i];
      const next = this.#holes[i + 1];
      if (hole !== undefined && next !== undefined && hole.offset + hole.bytes === next.offset) {
        hole.bytes += next.bytes;
        this.#holes.splice(i + 1, 1);
      }
    }
  }
}
