/**
 * @file The order of a program's operations, and where threads meet. An operation that adds up partial sums of all
 * threads is started, and finished after the next barrier. A barrier costs every thread the wait for the slowest, so all
 * operations that can go before it do, in the order of the graph: branches of a cell share their barriers.
 */

import { IstaNasError } from "../../error.ts";
import { type Graph, liveNodes, type Node, type Value, ValueTable } from "../../graph/index.ts";
import { LOWERINGS } from "./lowerings/index.ts";
import { type ReadingNode, readThrough } from "./reading.ts";
import { mutatedBy, Sharing } from "./sharing.ts";

/** `both`: an operation that does not wait for other threads. */
export type ScheduleStep =
  | { readonly kind: "barrier" }
  | { readonly kind: "start" | "finish" | "both"; readonly node: ReadingNode };

export interface Schedule {
  readonly steps: readonly ScheduleStep[];
  /** As it is at the end. */
  readonly sharing: Sharing;
}

/** Memory that was freed is used again only after threads have met: a barrier comes after that many operations at the latest. */
const OPERATIONS_BETWEEN_BARRIERS = 12;

export function scheduleProgram(graph: Graph, outputs: readonly Value[]): Schedule {
  const nodes = readThrough(liveNodes(graph, outputs));
  const sharing = new Sharing(graph);
  const steps: ScheduleStep[] = [];
  const queue = new ReadyQueue(nodes);
  while (queue.length > 0) {
    const started: number[] = [];
    const deferred: number[] = [];
    for (let operations = 0; queue.length > 0 && operations < OPERATIONS_BETWEEN_BARRIERS; ) {
      const position = queue.take();
      const node = nodes[position]!;
      if (sharing.needsBarrier(node)) {
        deferred.push(position);
        continue;
      }
      operations++;
      if (LOWERINGS[node.kind].synchronizes) {
        steps.push({ kind: "start", node });
        sharing.start(node);
        started.push(position);
      } else {
        steps.push({ kind: "both", node });
        sharing.finish(node);
        queue.finish(position);
      }
    }
    for (const position of deferred) queue.add(position);
    if (queue.length === 0 && started.length === 0) break;
    if (steps.at(-1)?.kind === "barrier") throw stuck(nodes[queue.take()]!);
    steps.push({ kind: "barrier" });
    sharing.meet();
    for (const position of started) {
      const node = nodes[position]!;
      steps.push({ kind: "finish", node });
      sharing.finish(node);
      queue.finish(position);
    }
  }
  return { steps, sharing };
}

/** Operations that wait for no other one, the first of the graph first; as positions among all. */
class ReadyQueue {
  /** The last is the first to be taken. */
  readonly #ready: number[] = [];
  /** How many others each operation waits for, and who waits for it. */
  readonly #missing: number[];
  readonly #followers: readonly (readonly number[])[];

  constructor(nodes: readonly ReadingNode[]) {
    const waitsFor = dependencies(nodes);
    const followers: number[][] = nodes.map(() => []);
    for (let position = 0; position < nodes.length; position++) {
      for (const other of waitsFor[position]!) followers[other]!.push(position);
    }
    this.#followers = followers;
    this.#missing = waitsFor.map(({ length }) => length);
    for (let position = nodes.length - 1; position >= 0; position--) {
      if (this.#missing[position] === 0) this.#ready.push(position);
    }
  }

  get length(): number {
    return this.#ready.length;
  }

  take(): number {
    return this.#ready.pop()!;
  }

  add(position: number): void {
    let place = this.#ready.length;
    while (place > 0 && this.#ready[place - 1]! < position) place--;
    this.#ready.splice(place, 0, position);
  }

  finish(position: number): void {
    for (const follower of this.#followers[position]!) {
      this.#missing[follower]!--;
      if (this.#missing[follower] === 0) this.add(follower);
    }
  }
}

/** For each operation those that make what it reads, and those that read what it changes, by position. */
function dependencies(nodes: readonly ReadingNode[]): readonly (readonly number[])[] {
  const makers = new ValueTable<number>();
  const readers = new ValueTable<number[]>();
  /** The last operation that was noted to wait for each one. */
  const seen = new Int32Array(nodes.length).fill(-1);
  return nodes.map((node, position) => {
    const changed = mutatedBy(node);
    const others: number[] = [];
    const waitFor = (other: number | undefined): void => {
      if (other === undefined || seen[other] === position) return;
      others.push(other);
      seen[other] = position;
    };
    for (const { id } of node.inputs) waitFor(makers.get(id));
    for (const { id } of node.after) waitFor(makers.get(id));
    for (const { id } of changed) for (const reader of readers.get(id) ?? []) waitFor(reader);
    for (const { id } of node.inputs) {
      const known = readers.get(id);
      if (known === undefined) readers.set(id, [position]);
      else known.push(position);
    }
    for (const { id } of node.outputs) makers.set(id, position);
    for (const { id } of changed) makers.set(id, position);
    return others;
  });
}

function stuck({ kind, index }: Node): IstaNasError {
  return new IstaNasError(`internal: schedule: operation ${index} (${kind}) is never ready`, {
    code: "E_DEVICE_SCHEDULE",
    kind: "internal",
  });
}
