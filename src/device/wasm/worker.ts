/** @file A compute thread: it keeps programs as lists of calls and walks one when asked. */
import { parentPort, workerData } from "node:worker_threads";
import { groupCount, type Instruction } from "./instruction.ts";
import { type WasmFunction, webAssembly } from "./web-assembly.ts";
import type { WorkerProgram, WorkerReply, WorkerRequest, WorkerSettings } from "./worker-messages.ts";

interface Call {
  readonly kernel: WasmFunction;
  readonly args: readonly number[];
}

const { module, memory, thread, threads, barrier, spins } = workerData as WorkerSettings;
const { exports: kernels } = new webAssembly.Instance(module, { env: { memory } });
const meeting: readonly Call[] = threads === 1 ? [] : [{ kernel: kernels["meet"]!, args: [barrier, threads, spins] }];
const programs = new Map<number, readonly Call[]>();

if (kernels["staticBytes"]!()! > barrier) throw new Error("internal: the constants of the kernels need more room");

/** This thread's share of `count` things: [first, end). */
function share(count: number): readonly [number, number] {
  return [Math.floor((thread * count) / threads), Math.floor(((thread + 1) * count) / threads)];
}

function callsOf(instruction: Instruction, scratch: number): readonly Call[] {
  if (instruction.share === "barrier") return meeting;
  const kernel = kernels[instruction.kernel];
  if (kernel === undefined) throw new Error(`internal: there is no kernel ${instruction.kernel}`);
  const leading = [scratch, ...instruction.args];
  if (instruction.share === "every") return [{ kernel, args: [...leading, thread] }];
  if (instruction.share === "items") {
    const [first, end] = share(instruction.count);
    return first === end ? [] : [{ kernel, args: [...leading, first, end] }];
  }
  const { images } = instruction;
  const groups = groupCount(images);
  const startOf = (group: number) => Math.floor((group * images) / groups);
  const [firstGroup, endGroup] = share(groups);
  if (firstGroup === endGroup) return [];
  if (instruction.share === "images") {
    return [{ kernel, args: [...leading, startOf(firstGroup), startOf(endGroup)] }];
  }
  const calls: Call[] = [];
  for (let group = firstGroup; group < endGroup; group++) {
    calls.push({ kernel, args: [...leading, group, startOf(group), startOf(group + 1)] });
  }
  return calls;
}

function load({ instructions, scratch, scratchBytes }: WorkerProgram): readonly Call[] {
  const own = scratch + thread * scratchBytes;
  return [...instructions.flatMap((instruction) => callsOf(instruction, own)), ...meeting];
}

function reply(message: WorkerReply): void {
  parentPort!.postMessage(message);
}

parentPort!.on("message", (request: WorkerRequest) => {
  if (request.kind === "load") programs.set(request.id, load(request.program));
  else if (request.kind === "unload") programs.delete(request.id);
  else {
    for (const { kernel, args } of programs.get(request.id)!) kernel(...args);
    if (thread === 0) reply("done");
  }
});
reply("ready");
