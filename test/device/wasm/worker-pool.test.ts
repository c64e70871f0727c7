import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { ARTIFACTS } from "../../../src/device/wasm/artifacts.ts";
import type { Instruction } from "../../../src/device/wasm/instruction.ts";
import { BLOCK_START, SharedMemory } from "../../../src/device/wasm/shared-memory.ts";
import { WorkerPool } from "../../../src/device/wasm/worker-pool.ts";

const ELEMENTS = 1 << 20;

let pools: WorkerPool[] = [];

async function start(threads: number): Promise<WorkerPool> {
  const memory = new SharedMemory();
  memory.reserveBlock(4 * ELEMENTS);
  const pool = await WorkerPool.start(threads, memory, ARTIFACTS);
  pools.push(pool);
  return pool;
}

function programOf(...instructions: readonly Instruction[]) {
  return { instructions, scratch: BLOCK_START, scratchBytes: 0 };
}

function fill(address: number): Instruction {
  return { share: "every", kernel: "fill", args: [address, ELEMENTS, 1] };
}

const LONG = programOf(...new Array<Instruction>(200).fill(fill(BLOCK_START)));

describe("the compute threads", () => {
  afterEach(async () => {
    for (const pool of pools) await pool.close();
    pools = [];
  });

  it("leave the event loop of the main thread free", async () => {
    const pool = await start(2);
    pool.load(0, LONG);
    let isRunning = true;
    const run = pool.run(0).finally(() => {
      isRunning = false;
    });
    let turns = 0;
    while (isRunning) {
      await new Promise((resolve) => setImmediate(resolve));
      turns++;
    }
    await run;
    expect(turns).toBeGreaterThan(10);
  });

  it("fail the run in progress and later ones when one of them traps", async () => {
    const pool = await start(3);
    // Beyond the end of the memory on one thread; the others wait for it at the barrier.
    const outside: Instruction = { share: "items", kernel: "sgdSquares", args: [4294901760, BLOCK_START], count: 1 };
    pool.load(0, programOf(outside, { share: "barrier" }, fill(BLOCK_START)));
    pool.load(1, programOf(fill(BLOCK_START)));
    const died = { code: "E_DEVICE_WORKER", kind: "failure", message: expect.stringMatching(/compute thread stopped/) };
    await expect(pool.run(0)).rejects.toMatchObject(died);
    await expect(pool.run(1)).rejects.toMatchObject(died);
    expect(() => pool.load(2, programOf())).toThrow(expect.objectContaining({ code: "E_DEVICE_WORKER" }));
    expect(() => pool.unload(0)).not.toThrow();
  });

  it("fail on a kernel that is not there", async () => {
    const pool = await start(2);
    pool.load(0, programOf({ share: "every", kernel: "missing", args: [] }));
    await expect(pool.run(0)).rejects.toMatchObject({
      code: "E_DEVICE_WORKER",
      message: expect.stringMatching(/missing/),
    });
  });

  it("run one program at a time, and reject it when they are closed", async () => {
    const pool = await start(2);
    pool.load(0, LONG);
    const run = pool.run(0);
    expect(() => pool.checkIdle("run")).toThrow(expect.objectContaining({ code: "E_DEVICE_BUSY" }));
    const rejection = expect(run).rejects.toMatchObject({ code: "E_DEVICE_CLOSED" });
    await pool.close();
    await rejection;
    await expect(pool.run(0)).rejects.toMatchObject({ code: "E_DEVICE_CLOSED" });
  });

  it.each(["kernels", "worker"] as const)("do not start without the built %s", async (part) => {
    const artifacts = { ...ARTIFACTS, [part]: new URL("nowhere/missing.file", import.meta.url) };
    await expect(WorkerPool.start(1, new SharedMemory(), artifacts)).rejects.toMatchObject({
      code: "E_DEVICE_BUILD",
      hint: "run npm run build",
      message: expect.stringMatching(/missing\.file is missing/),
    });
  });

  it("fail to start with a clear error if their code throws", async () => {
    const artifacts = { ...ARTIFACTS, worker: new URL("throwing-worker.mjs", import.meta.url) };
    await expect(WorkerPool.start(2, new SharedMemory(), artifacts)).rejects.toMatchObject({
      code: "E_DEVICE_WORKER",
      message: expect.stringMatching(/no luck/),
    });
  });

  it("let the process end when it is idle, and keep it alive until a run has finished", () => {
    const device = new URL("../../../dist/device/index.js", import.meta.url).href;
    const graph = new URL("../../../dist/graph/index.js", import.meta.url).href;
    const script = `
      import { createWasmDevice } from "${device}";
      import { Graph } from "${graph}";
      const device = await createWasmDevice({ threads: 2 });
      const graph = new Graph();
      const y = graph.apply("sum", [graph.input("x", [4])], { coefficients: [2] });
      const program = await device.compile({ graph, outputs: { y } });
      program.run({ x: [1, 2, 3, 4] }).then(({ y }) => process.stdout.write(y.join(" ")));
    `;
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      cwd: fileURLToPath(new URL("../../..", import.meta.url)),
      encoding: "utf8",
      timeout: 60_000,
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "2 4 6 8", stderr: "" });
  });
});
