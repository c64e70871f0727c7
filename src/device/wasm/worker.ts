/** @file A compute thread: it keeps programs as lists of calls and walks one when asked. */
import { parentPort, workerData } from "node:worker_threads";
import { unpackInstructions } from "./packed-instructions.ts";
import { threadCalls } from "./thread-calls.ts";
import { type WasmFunction, webAssembly } from "./web-assembly.ts";
import type { WorkerReply, WorkerRequest, WorkerSettings } from "./worker-messages.ts";

interface Call {
  readonly kernel: WasmFunction;
  readonly args: readonly number[];
}

const { module, memory, thread, threads, barrier, spins } = workerData as WorkerSettings;
const { exports: kernels } = new webAssembly.Instance(module, { env: { memory } });
const meeting: readonly Call[] = threads === 1 ? [] : [{ kernel: kernels["meet"]!, args: [barrier, threads, spins] }];
const programs = new Map<number, readonly Call[]>();

if (kernels["staticBytes"]!()! > barrier) throw new Error("internal: the constants of the kernels need more room");

function load({ packed, scratch, scratchBytes }: Extract<WorkerRequest, { kind: "load" }>): readonly Call[] {
  const calls = threadCalls(unpackInstructions(packed), scratch + thread * scratchBytes, thread, threads);
  return [
    ...calls.flatMap(({ kernel, args }) => (kernel === null ? meeting : { kernel: kernelOf(kernel), args })),
    ...meeting,
  ];
}

function kernelOf(name: string): WasmFunction {
  const kernel = kernels[name];
  if (kernel === undefined) throw new Error(`internal: there is no kernel ${name}`);
  return kernel;
}

function reply(message: WorkerReply): void {
  parentPort!.postMessage(message);
}

parentPort!.on("message", (request: WorkerRequest) => {
  if (request.kind === "load") programs.set(request.id, load(request));
  else if (request.kind === "unload") programs.delete(request.id);
  else {
    for (const { kernel, args } of programs.get(request.id)!) kernel(...args);
    if (thread === 0) reply("done");
  }
});
reply("ready");
