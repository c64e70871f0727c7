import { expect, it } from "vitest";
import { artifactsOf } from "../../../src/device/wasm/artifacts.ts";
import type { Instruction } from "../../../src/device/wasm/instruction.ts";
import { BLOCK_START, SharedMemory } from "../../../src/device/wasm/shared-memory.ts";
import { WorkerPool } from "../../../src/device/wasm/worker-pool.ts";

const ROUNDS = 1500;

/**
 * Rounds that go wrong if a thread overtakes another. Of a matrix of one row a thread, each thread writes its own row
 * from the last total: row = 1 / T + total / T. Then all meet, and each adds up all rows: total = total + 1. Matrices
 * and totals alternate between two places, so that one barrier a round is enough.
 */
function rounds(threads: number, block: number): Instruction[] {
  const vector = 4 * threads;
  const shares = block;
  const increments = shares + vector;
  const totals = [increments + vector, increments + 2 * vector] as const;
  const rows = [increments + 3 * vector, increments + (3 + threads) * vector] as const;
  return Array.from({ length: ROUNDS }, (_, round): Instruction[] => {
    const from = totals[(round & 1) as 0 | 1];
    const to = totals[((round + 1) & 1) as 0 | 1];
    const matrix = rows[(round & 1) as 0 | 1];
    return [
      { share: "items", kernel: "linear", args: [shares, from, increments, matrix, 1, threads], count: threads },
      { share: "barrier" },
      { share: "every", kernel: "linearBiasGradient", args: [matrix, to, threads, threads] },
    ];
  }).flat();
}

it.each([1, 2, 4, 16])("%i threads meet at every barrier, however many cores there are", async (threads) => {
  const memory = new SharedMemory();
  const pool = await WorkerPool.start(threads, memory, artifactsOf("separate"));
  memory.reserveBlock(65536);
  memory.floats(BLOCK_START, 2 * threads).fill(1 / threads);
  pool.load(0, { instructions: rounds(threads, BLOCK_START), scratch: BLOCK_START + 32768, scratchBytes: 64 });
  await pool.run(0);
  const totals = memory.floats(BLOCK_START + 8 * threads, 2 * threads);
  expect(Array.from(totals.subarray(0, threads))).toEqual(new Array(threads).fill(ROUNDS));
  expect(Array.from(totals.subarray(threads))).toEqual(new Array(threads).fill(ROUNDS - 1));
  await pool.close();
});
