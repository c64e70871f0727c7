/**
 * @file Puts each operation's work where its data are in the cache: an output that a lowering makes `once` or `again` is
 * made next to what reads it. One that is made again gets a value of its own between any two barriers where it is read;
 * most of these live only for a group of images, in a thread's scratch.
 */
import { type Graph, type Node, type NodeOf, type OpKind, type Value, ValueTable } from "../../graph/index.ts";
import type { Lowering, OutputTime } from "./lowering.ts";
import { LOWERINGS } from "./lowerings/index.ts";
import type { ReadingNode } from "./reading.ts";
import type { ScheduleStep } from "./schedule.ts";
import { mutatedBy, readsWhole } from "./sharing.ts";

/** A part of a lowering, with the values that it is to work on. */
interface PartStep {
  readonly kind: "part";
  readonly part: "start" | "finish" | "output";
  readonly node: ReadingNode;
  /** The operation of the schedule. */
  readonly source: ReadingNode;
}

export type ProgramStep = { readonly kind: "barrier" } | PartStep;

function outputTimeOf<K extends OpKind>(node: NodeOf<K>): OutputTime | null {
  const lowering = LOWERINGS[node.kind] as unknown as Lowering<K>;
  return lowering.makesOutput?.(node) ?? null;
}

/** Between two barriers. */
interface Segment {
  /** Operations whose output has yet to be made, in order. */
  readonly pending: Set<ReadingNode>;
  /** What to read for a value of the graph. */
  readonly made: Map<number, Value>;
}

/** The steps of a schedule, with its outputs placed. `wanted`: what is read after the run. */
export function placeOutputs(
  graph: Graph,
  schedule: readonly ScheduleStep[],
  wanted: readonly Value[],
): readonly ProgramStep[] {
  return new OutputPlacer(graph, schedule, wanted).steps;
}

class OutputPlacer {
  readonly steps: ProgramStep[] = [];
  readonly #makers = new ValueTable<ReadingNode>();
  /** Values that are kept for the whole batch from when they are first made: read by all threads, after the run, or after what they are made from has changed. */
  readonly #kept: ReadonlySet<number>;
  readonly #stored = new Set<number>();
  /** For each value the last position in the schedule where it is read, be it to make another one again. */
  readonly #lastRead = new ValueTable<number>();
  readonly #replaced = new Map<Node, ReadingNode>();
  #segment: Segment = { pending: new Set(), made: new Map() };
  #nextId: number;

  constructor(graph: Graph, schedule: readonly ScheduleStep[], wanted: readonly Value[]) {
    this.#nextId = graph.values.length;
    this.#kept = keptValues(schedule, wanted);
    for (const id of this.#kept) this.#lastRead.set(id, schedule.length);
    for (let position = schedule.length - 1; position >= 0; position--) {
      const step = schedule[position]!;
      if (step.kind !== "barrier") this.#noteReads(step.node, position);
    }
    for (let position = 0; position < schedule.length; position++) this.#take(schedule[position]!, position);
    this.#endSegment(schedule.length);
  }

  /** Readers come after makers, and are known by now: what is made again reads its inputs as late as it is read itself. */
  #noteReads(node: Node, position: number): void {
    const again = outputTimeOf(node) === "again" ? this.#lastRead.get(node.outputs[0]!.id) : undefined;
    const last = Math.max(position, again ?? position);
    for (const { id } of node.inputs) this.#lastRead.set(id, Math.max(last, this.#lastRead.get(id) ?? last));
  }

  #take(step: ScheduleStep, position: number): void {
    if (step.kind === "barrier") {
      this.#endSegment(position);
      this.steps.push(step);
      return;
    }
    const { node } = step;
    for (const { id } of node.outputs) this.#makers.set(id, node);
    const isLate = outputTimeOf(node) !== null;
    if (step.kind === "finish") {
      this.steps.push({ kind: "part", part: "finish", node: this.#replaced.get(node)!, source: node });
    } else if (step.kind === "start" || !isLate) {
      const replaced = this.#replace(node);
      this.#replaced.set(node, replaced);
      this.steps.push({ kind: "part", part: "start", node: replaced, source: node });
    }
    if (isLate && step.kind !== "start") this.#segment.pending.add(node);
  }

  /** The operation on the values that are there between these barriers. */
  #replace(node: ReadingNode): ReadingNode {
    let isSame = true;
    const inputs = node.inputs.map((value) => {
      const read = this.#read(value);
      isSame &&= read === value;
      return read;
    });
    return isSame ? node : { ...node, inputs };
  }

  /** Makes a value if need be, and returns what to read for it. */
  #read(value: Value): Value {
    const known = this.#segment.made.get(value.id);
    if (known !== undefined) return known;
    const maker = this.#makers.get(value.id);
    if (maker === undefined || maker.outputs[0] !== value || this.#stored.has(value.id)) return value;
    const time = outputTimeOf(maker);
    if (time === null) return value;
    this.#make(maker, time);
    return this.#segment.made.get(value.id)!;
  }

  #make(maker: ReadingNode, time: OutputTime): void {
    const [output, ...others] = maker.outputs as [Value, ...Value[]];
    const isStored = time === "once" || this.#kept.has(output.id);
    const target = isStored ? output : { ...output, id: this.#nextId++ };
    if (isStored) this.#stored.add(output.id);
    const node = { ...this.#replace(maker), outputs: [target, ...others] };
    this.steps.push({ kind: "part", part: "output", node, source: maker });
    this.#segment.made.set(output.id, target);
    this.#segment.pending.delete(maker);
  }

  /** What is needed later and cannot be made then is made now. */
  #endSegment(position: number): void {
    for (const maker of [...this.#segment.pending]) {
      const { id } = maker.outputs[0]!;
      const time = outputTimeOf(maker)!;
      if (time === "once" ? (this.#lastRead.get(id) ?? -1) >= position : this.#kept.has(id)) this.#make(maker, time);
    }
    this.#segment = { pending: new Set(), made: new Map() };
  }
}

function keptValues(schedule: readonly ScheduleStep[], wanted: readonly Value[]): ReadonlySet<number> {
  const kept = new Set(wanted.map(({ id }) => id));
  const changed = new Set<number>();
  const makers = new ValueTable<Node>();
  for (const step of schedule) {
    if (step.kind === "barrier" || step.kind === "finish") continue;
    const { node } = step;
    for (let index = 0; index < node.inputs.length; index++) {
      const { id } = node.inputs[index]!;
      const maker = makers.get(id);
      const isStale =
        maker?.inputs.some((input) => changed.has(input.id) && !mutatedBy(maker).includes(input)) ?? false;
      if (isStale || readsWhole(node, index)) kept.add(id);
    }
    for (const { id } of node.outputs) makers.set(id, node);
    for (const { id } of mutatedBy(node)) changed.add(id);
  }
  return kept;
}
