/**
 * @file The process of the trial, which may well end here: all kernels are compiled with their pairs of vectors joined; then a small network
 * is trained for a moment on two threads, once with pairs that are not joined, once by the kernels compiled before, and once as
 * in a training, where a kernel is compiled when it has been called often. All of it in each arithmetic that is available. Its exit status says
 * whether all gave the same bits within each.
 */
import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { type Arithmetic, availableArithmetics } from "../arithmetic.ts";
import { artifactsOf, BUILT_FILES } from "../artifacts.ts";
import { compileProgram } from "../compile-program.ts";
import { BLOCK_START, SharedMemory } from "../shared-memory.ts";
import { settleVectorPairs } from "../vector-pairs.ts";
import { WasmExecutable } from "../wasm-executable.ts";
import { WorkerPool } from "../worker-pool.ts";
import { OTHER_BITS, SAME_BITS, VECTOR_PAIRS_SWITCH } from "./trial.ts";
import { trialProgram } from "./trial-program.ts";

const THREADS = 2;
/** Bytes of a kernel that are executed before it is compiled again, a fraction of V8's own, and runs that are more than that. */
const OFTEN = 50_000;
const RUNS = 20;

settleVectorPairs({ joined: true, reason: null });
const program = trialProgram();
const memory = new SharedMemory();
const arithmetics = availableArithmetics();

setFlagsFromString(`--no-${VECTOR_PAIRS_SWITCH.slice(2)}`);
const plain = await resultsOf("plain", 1);
setFlagsFromString(VECTOR_PAIRS_SWITCH);
setFlagsFromString(`--wasm-tiering-budget=${OFTEN}`);
setFlagsFromString("--wasm-sync-tier-up");
const trained = await resultsOf("as in a training", RUNS);
setFlagsFromString("--no-wasm-inlining"); // it goes by what the other compiler counted
setFlagsFromString("--no-liftoff");
setFlagsFromString("--no-wasm-lazy-compilation");
const whole = await resultsOf("compiled as a whole", 1);
process.exitCode = trained.equals(plain) && whole.equals(plain) ? SAME_BITS : OTHER_BITS;

/** Of each arithmetic in turn. */
async function resultsOf(name: string, runs: number): Promise<Buffer> {
  const results: Buffer[] = [];
  for (const arithmetic of arithmetics) results.push(await resultsIn(arithmetic, name, runs));
  return Buffer.concat(results);
}

/** The kernels with a section that is their name alone: V8 takes what it has compiled of a module for another one of the same bytes. */
function namedKernels(arithmetic: Arithmetic, name: string): Uint8Array {
  const kernels = readFileSync(BUILT_FILES.kernels[arithmetic]);
  return Buffer.concat([kernels, Buffer.of(0, name.length + 1, name.length), Buffer.from(name)]);
}

/** All outputs of the last of some runs of kernels that are compiled anew. */
async function resultsIn(arithmetic: Arithmetic, name: string, runs: number): Promise<Buffer> {
  const pool = await WorkerPool.start(THREADS, memory, {
    ...artifactsOf(arithmetic),
    kernels: namedKernels(arithmetic, name),
  });
  const code = compileProgram(program, { threads: THREADS, block: BLOCK_START, persistent: () => 0 });
  memory.reserveBlock(code.blockBytes);
  memory.bytes(BLOCK_START, code.blockBytes).fill(0);
  pool.load(0, code);
  const executable = new WasmExecutable(program, code, { memory, pool, id: 0, onRelease: () => {} });
  let outputs = await executable.run(program.inputs);
  for (let run = 1; run < runs; run++) outputs = await executable.run(program.inputs);
  await pool.close();
  return Buffer.concat(Object.values(outputs).map(({ buffer }) => new Uint8Array(buffer)));
}
