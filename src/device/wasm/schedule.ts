/**
 * @file The order of a program's operations, and where threads meet. An operation that adds up partial sums of all
 * threads is started, and finished after the next barrier. A barrier costs every thread the wait for the slowest, so all
 * operations that can go before it do, in the order of the graph: branches of a cell share their barriers.
 */

import { IstaNasError } from "../../error.ts";
import { type Graph, liveNodes, type Node, type Value } from "../../graph/index.ts";
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
  const waitsFor = dependencies(nodes);
  const done = new Set<Node>();
  let waiting = nodes;
  let started: Node[] = [];
  while (waiting.length > 0 || started.length > 0) {
    const rest: Node[] = [];
    let operations = 0;
    for (const node of waiting) {
      const isReady = waitsFor.get(node)!.every((other) => done.has(other)) && !sharing.needsBarrier(node);
      if (!isReady || operations === OPERATIONS_BETWEEN_BARRIERS) {
        rest.push(node);
        continue;
      }
      operations++;
      if (LOWERINGS[node.kind].synchronizes) {
        steps.push({ kind: "start", node });
        sharing.start(node);
        started.push(node);
      } else {
        steps.push({ kind: "both", node });
        sharing.finish(node);
        done.add(node);
      }
    }
    waiting = rest;
    if (waiting.length === 0 && started.length === 0) break;
    if (operations === 0 && steps.at(-1)?.kind === "barrier") throw stuck(waiting[0]!);
    steps.push({ kind: "barrier" });
    sharing.meet();
    for (const node of started) {
      steps.push({ kind: "finish", node });
      sharing.finish(node);
      done.add(node);
    }
    started = [];
  }
  return { steps, sharing };
}

/** For each operation those that make what it reads, and those that read what it changes. */
function dependencies(nodes: readonly ReadingNode[]): ReadonlyMap<Node, readonly Node[]> {
  const makers = new Map<number, Node>();
  const readers = new Map<number, Node[]>();
  const waitsFor = new Map<Node, readonly Node[]>();
  for (const node of nodes) {
    const changed = mutatedBy(node);
    const made = [...node.inputs, ...node.after].flatMap(({ id }) => makers.get(id) ?? []);
    const read = changed.flatMap(({ id }) => readers.get(id) ?? []);
    waitsFor.set(node, [...new Set([...made, ...read])]);
    for (const { id } of node.inputs) readers.set(id, [...(readers.get(id) ?? []), node]);
    for (const { id } of [...node.outputs, ...changed]) makers.set(id, node);
  }
  return waitsFor;
}

function stuck({ kind, index }: Node): IstaNasError {
  return new IstaNasError(`internal: schedule: operation ${index} (${kind}) is never ready`, {
    code: "E_DEVICE_SCHEDULE",
    kind: "internal",
  });
}
