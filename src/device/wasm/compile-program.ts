/**
 * @file From a graph to a list of kernel calls with addresses. Operations are put in order, lowered to instructions on
 * values without places, and then memory is laid out: a block with inputs and activations as planned, the constants of
 * operations, two halves of working space for partial sums, and the scratch of each thread, which also holds what lives
 * only for a group of images.
 */
import { createPlan, elementCount, type Node, type Plan, type PlanStep, type Value } from "../../graph/index.ts";
import type { Program } from "../device.ts";
import { type DraftProgram, draftProgram } from "./draft-program.ts";
import type { Instruction, LocalAddress } from "./instruction.ts";
import { type LocalValues, localValues } from "./local-values.ts";
import { addValues, type Operand } from "./operand.ts";
import { placeOutputs } from "./output-time.ts";
import { scheduleProgram } from "./schedule.ts";
import { Tables } from "./tables.ts";
import { canJoinVectorPairs } from "./vector-pairs.ts";
import type { WorkerProgram } from "./worker-messages.ts";

const FLOAT_BYTES = 4;

export interface CompileOptions {
  readonly threads: number;
  /** Address of the block, a multiple of 64. */
  readonly block: number;
  /** Whether the engine joins pairs of vectors; what the program computes has the same bits either way. Default: what this process decided. */
  readonly joinsVectorPairs?: boolean;
  /** Address of a persistent value. */
  persistent(name: string): number;
}

export interface CompiledProgram extends WorkerProgram {
  /** The operation that each instruction belongs to; null for a barrier. */
  readonly sources: readonly (Node | null)[];
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

export function compileProgram(program: Program, options: CompileOptions): CompiledProgram {
  const { graph } = program;
  const { threads, block, joinsVectorPairs = canJoinVectorPairs() } = options;
  const wanted = Object.values(program.outputs);
  const { steps, sharing } = scheduleProgram(graph, wanted);
  const draft = draftProgram(placeOutputs(graph, steps, wanted), (value) => sharing.isPerImage(value));
  const touched = touchedValues(draft);
  const local = localValues(draft, touched, wanted);
  const plan = planMemory(program, draft, touched, local.offsets);
  const tables = new Tables(draft);
  const tablesAddress = block + plan.peakBytes;
  const workspace = tablesAddress + tables.bytes;
  const scratch = workspace + 2 * draft.workspaceBytes;
  const scratchBytes = draft.scratchBytes + local.bytes;

  const address = (value: Value): number => {
    return value.role === "persistent" ? options.persistent(value.name!) : block + plan.offsets.get(value.id)!;
  };
  const resolve = (operand: Operand): number => {
    if (typeof operand === "number") return operand;
    if (operand.kind === "value") return address(operand.value) + operand.offset;
    if (operand.kind === "vectorPairs") return joinsVectorPairs ? 1 : 0;
    if (operand.kind === "table") return tablesAddress + tables.offset(operand.words) + operand.offset;
    return workspace + operand.half * draft.workspaceBytes + operand.offset;
  };
  const resolveLocal = (operand: Operand, images: number): number | LocalAddress => {
    if (typeof operand === "number" || operand.kind !== "value") return resolve(operand);
    const offset = local.offsets.get(operand.value.id);
    if (offset === undefined) return address(operand.value) + operand.offset;
    const imageBytes = (elementCount(operand.value.shape) / images) * FLOAT_BYTES;
    return { local: draft.scratchBytes + offset + operand.offset, imageBytes };
  };
  const instructions = draft.calls.map(({ instruction }): Instruction => {
    if (instruction.share === "barrier") return instruction;
    if (instruction.share === "every" || instruction.share === "items") {
      return { ...instruction, args: instruction.args.map(resolve) };
    }
    const { images } = instruction;
    return { ...instruction, args: instruction.args.map((operand) => resolveLocal(operand, images)) };
  });
  return {
    instructions,
    sources: draft.calls.map(({ source }) => source),
    scratch,
    scratchBytes,
    blockBytes: scratch + threads * scratchBytes - block,
    tables: tables.join(resolve),
    tablesAddress,
    inputs: inputAddresses(plan, graph.named("input"), block),
    address,
  };
}

const NOTHING: readonly Value[] = [];

/** The values that each instruction reads or writes. */
function touchedValues({ calls }: DraftProgram): readonly (readonly Value[])[] {
  return calls.map(({ instruction }) => {
    if (instruction.share === "barrier") return NOTHING;
    const values: Value[] = [];
    for (const operand of instruction.args) addValues(operand, values);
    return values;
  });
}

function planMemory(
  { graph, outputs }: Program,
  { calls }: DraftProgram,
  touched: readonly (readonly Value[])[],
  local: LocalValues["offsets"],
): Plan {
  const steps: PlanStep[] = [];
  let followsMeeting = false;
  for (let position = 0; position < calls.length; position++) {
    const { instruction } = calls[position]!;
    const values = touched[position]!;
    if (instruction.share !== "barrier") {
      const someAreLocal = values.some(({ id }) => local.has(id));
      steps.push({ values: someAreLocal ? values.filter(({ id }) => !local.has(id)) : values, followsMeeting });
    }
    followsMeeting = instruction.share === "barrier";
  }
  return createPlan(graph, { steps, outputs: Object.values(outputs), elementBytes: FLOAT_BYTES });
}

function inputAddresses(plan: Plan, inputs: readonly Value[], block: number): ReadonlyMap<number, number> {
  const addresses = new Map<number, number>();
  for (const { id } of inputs) if (plan.offsets.has(id)) addresses.set(id, block + plan.offsets.get(id)!);
  return addresses;
}
