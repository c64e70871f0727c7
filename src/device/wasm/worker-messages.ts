/** @file What the main thread and a compute thread tell each other. */
import type { Instruction } from "./instruction.ts";
import type { PackedInstructions } from "./packed-instructions.ts";
import type { WasmMemory, WasmModule } from "./web-assembly.ts";

export interface WorkerSettings {
  readonly module: WasmModule;
  readonly memory: WasmMemory;
  readonly thread: number;
  readonly threads: number;
  /** Address of the barrier of all threads, beyond the constants of the kernels. */
  readonly barrier: number;
  /** How often a thread looks for the others before it sleeps. */
  readonly spins: number;
}

/** A program as a thread runs it. */
export interface WorkerProgram {
  readonly instructions: readonly Instruction[];
  /** Address of the scratch of thread 0; that of thread t starts t times `scratchBytes` later. */
  readonly scratch: number;
  readonly scratchBytes: number;
}

interface LoadedProgram extends Omit<WorkerProgram, "instructions"> {
  readonly packed: PackedInstructions;
}

export type WorkerRequest =
  | ({ readonly kind: "load"; readonly id: number } & LoadedProgram)
  | { readonly kind: "unload"; readonly id: number }
  | { readonly kind: "run"; readonly id: number };

/** `done` is told by thread 0 alone, when all threads have finished. */
export type WorkerReply = "ready" | "done";
