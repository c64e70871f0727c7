/**
 * @file From a graph to a list of kernel calls with addresses. The block of a program holds its inputs and activations
 * as planned, then the constants of its operations, two halves of working space for partial sums, and the scratch of
 * each thread. Operations are lowered twice: first to learn how large these parts are, then with their places.
 */

import { IstaNasError } from "../../error.ts";
import {
  createPlan,
  formatShape,
  type Node,
  type OpKind,
  type Plan,
  type PlanStep,
  type Value,
} from "../../graph/index.ts";
import type { Program } from "../device.ts";
import type { Instruction } from "./instruction.ts";
import type { Lowering, LoweringContext } from "./lowering.ts";
import { LOWERINGS } from "./lowerings/index.ts";
import { type ScheduleStep, scheduleProgram } from "./schedule.ts";
import type { Sharing } from "./sharing.ts";
import type { WorkerProgram } from "./worker-messages.ts";

export interface CompileOptions {
  readonly threads: number;
  /** Address of the block, a multiple of 64. */
  readonly block: number;
  /** Address of a persistent value. */
  persistent(name: string): number;
}

export interface CompiledProgram extends WorkerProgram {
  /** The operation that each instruction belongs to; null for a barrier. */
  readonly sources: readonly (Node | null)[];
  /** Bytes of inputs and activations. */
  readonly peakBytes: number;
  /** Bytes of the whole block. */
  readonly blockBytes: number;
  /** Constants to be written to `tablesAddress` before each run. */
  readonly tables: Uint8Array;
  readonly tablesAddress: number;
  /** Address of each input that an output or update depends on, by value id. */
  readonly inputs: ReadonlyMap<number, number>;
  /** Address of a value that is wanted back. */
  address(value: Value): number;
}

const ALIGNMENT = 64;

export function compileProgram(program: Program, options: CompileOptions): CompiledProgram {
  const { graph } = program;
  const { threads, block } = options;
  const { steps, sharing } = scheduleProgram(graph, Object.values(program.outputs));
  const plan = planMemory(program, steps);
  const address = (value: Value): number => {
    return value.role === "persistent" ? options.persistent(value.name!) : block + plan.offsets.get(value.id)!;
  };
  const tables = block + plan.peakBytes;
  const measured = new Lowerer(sharing, address, { tables, workspace: [tables, tables] });
  measured.lower(steps);
  const workspace = tables + measured.tableBytes;
  const scratch = workspace + 2 * measured.workspaceBytes;
  const placed = new Lowerer(sharing, address, {
    tables,
    workspace: [workspace, workspace + measured.workspaceBytes],
  });
  const { instructions, sources } = placed.lower(steps);
  return {
    instructions,
    sources,
    scratch,
    scratchBytes: measured.scratchBytes,
    peakBytes: plan.peakBytes,
    blockBytes: scratch + threads * measured.scratchBytes - block,
    tables: placed.joinTables(),
    tablesAddress: tables,
    inputs: inputAddresses(plan, graph.named("input"), block),
    address,
  };
}

function planMemory({ graph, outputs }: Program, schedule: readonly ScheduleStep[]): Plan {
  const steps: PlanStep[] = [];
  let followsMeeting = false;
  for (const step of schedule) {
    if (step.kind !== "barrier") steps.push({ node: step.node, followsMeeting });
    followsMeeting = step.kind === "barrier";
  }
  return createPlan(graph, { steps, outputs: Object.values(outputs), elementBytes: 4 });
}

function inputAddresses(plan: Plan, inputs: readonly Value[], block: number): ReadonlyMap<number, number> {
  const addresses = new Map<number, number>();
  for (const { id } of inputs) if (plan.offsets.has(id)) addresses.set(id, block + plan.offsets.get(id)!);
  return addresses;
}

interface Places {
  readonly tables: number;
  /** Starts of the two halves. */
  readonly workspace: readonly [number, number];
}

interface Call {
  readonly instruction: Instruction;
  readonly node: Node | null;
}

function isByImages({ share }: Instruction): boolean {
  return share === "images" || share === "groups";
}

/**
 * Lowers the operations of a program in turn, and hands out the space that they ask for. After a barrier, what goes by
 * images comes last, next to what follows: threads take such instructions together, group by group.
 */
class Lowerer {
  tableBytes = 0;
  /** Of one half. */
  workspaceBytes = 0;
  scratchBytes = 0;
  readonly #tables: { readonly offset: number; readonly bytes: Uint8Array }[] = [];
  readonly #sharing: Sharing;
  readonly #address: (value: Value) => number;
  readonly #places: Places;
  #half: 0 | 1 = 0;
  /** Bytes in use of this half. */
  #used = 0;

  constructor(sharing: Sharing, address: (value: Value) => number, places: Places) {
    this.#sharing = sharing;
    this.#address = address;
    this.#places = places;
  }

  lower(steps: readonly ScheduleStep[]): Pick<CompiledProgram, "instructions" | "sources"> {
    const calls: Call[] = [];
    const unfinished = new Map<Node, readonly Instruction[]>();
    let byImages: Call[] = [];
    for (const step of steps) {
      if (step.kind !== "finish") calls.push(...byImages.splice(0));
      if (step.kind === "barrier") {
        calls.push({ instruction: { share: "barrier" }, node: null });
        this.#half = this.#half === 0 ? 1 : 0;
        this.#used = 0;
        continue;
      }
      const { node } = step;
      if (step.kind === "finish") {
        const finish = unfinished.get(node)!.map((instruction) => ({ instruction, node }));
        calls.push(...finish.filter(({ instruction }) => !isByImages(instruction)));
        byImages = [...byImages, ...finish.filter(({ instruction }) => isByImages(instruction))];
        continue;
      }
      const { start, finish } = (LOWERINGS[node.kind] as Lowering<unknown>).lower(this.#context(node));
      calls.push(...start.map((instruction) => ({ instruction, node })));
      if (finish !== undefined) unfinished.set(node, finish);
    }
    calls.push(...byImages);
    return { instructions: calls.map(({ instruction }) => instruction), sources: calls.map(({ node }) => node) };
  }

  /** All constants, as they lie in memory. */
  joinTables(): Uint8Array {
    const joined = new Uint8Array(this.tableBytes);
    for (const { offset, bytes } of this.#tables) joined.set(bytes, offset);
    return joined;
  }

  #context(node: Node): LoweringContext<unknown> {
    checkChannels(node);
    return {
      attributes: node.attributes,
      inputs: node.inputs,
      outputs: node.outputs,
      address: this.#address,
      isPerImage: (value) => this.#sharing.isPerImage(value),
      workspace: (bytes) => {
        const address = this.#places.workspace[this.#half] + this.#used;
        this.#used += align(bytes);
        this.workspaceBytes = Math.max(this.workspaceBytes, this.#used);
        return address;
      },
      table: (words) => {
        const offset = this.tableBytes;
        this.#tables.push({ offset, bytes: new Uint8Array(words.buffer, words.byteOffset, words.byteLength) });
        this.tableBytes += align(words.byteLength);
        return this.#places.tables + offset;
      },
      scratch: (bytes) => {
        this.scratchBytes = Math.max(this.scratchBytes, align(bytes));
      },
    };
  }
}

/** Where a dense convolution has its input: pictures of 1 or 3 channels may go into it. */
const PICTURE: { readonly [K in OpKind]?: number } = {
  convolution: 0,
  convolutionInputGradient: 2,
  convolutionFilterGradient: 1,
};

/** Channels are the lanes of vectors. */
function checkChannels({ kind, inputs, outputs }: Node): void {
  const picture = PICTURE[kind];
  const exempt = picture === undefined ? undefined : inputs[picture]!.shape[3];
  const images = [...inputs, ...outputs].filter(({ shape }) => shape.length === 4);
  const odd = images.find(({ shape }) => shape[3]! % 4 !== 0 && shape[3] !== exempt);
  if (odd === undefined) return;
  throw new IstaNasError(`internal: ${kind}: got shape ${formatShape(odd.shape)}, expected a multiple of 4 channels`, {
    code: "E_DEVICE_CHANNELS",
    kind: "internal",
  });
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
