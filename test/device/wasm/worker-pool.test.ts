import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { artifactsOf } from "../../../src/device/wasm/artifacts.ts";
import type { Instruction } from "../../../src/device/wasm/instruction.ts";
import { BLOCK_START, SharedMemory } from "../../../src/device/wasm/shared-memory.ts";
import { WorkerPool } from "../../../src/device/wasm/worker-pool.ts";

const ARTIFACTS = artifactsOf("separate");
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
      hint: expect.stringContaining("npm run build"),
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

  it("let the process end when they are idle", () => {
    expect(runScript("")).toEqual({ status: 0, stdout: "", stderr: "" });
  });

  it("keep the process alive until a run has finished", () => {
    const { status, stdout, stderr } = runScript(`
      const graph = new Graph();
      let y = graph.input("x", [1000000]);
      for (let i = 0; i < 200; i++) y = graph.apply("relu", [y], {});
      const program = await device.compile({ graph, outputs: { y } });
      program.run({ x: new Float32Array(1000000).fill(2) }).then(({ y }) => process.stdout.write(String(y[999999])));
    `);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "2", stderr: "" });
  });

  it("use a scratch of their own each", async () => {
    const memory = new SharedMemory();
    memory.reserveBlock(65536);
    const pool = await WorkerPool.start(2, memory, ARTIFACTS);
    pools.push(pool);
    memory.floats(BLOCK_START, 8).set([1, 2, 3, 4, 5, 6, 7, 8]);
    // Two images of one pixel: the kernel leaves the rows it sums up in the scratch.
    const args = [BLOCK_START, BLOCK_START + 64, 1, 1, 4, 1, 1, 0, 1, 1];
    const scratch = BLOCK_START + 1024;
    pool.load(0, {
      instructions: [{ share: "images", kernel: "maxPool", args, images: 2 }],
      scratch,
      scratchBytes: 64,
    });
    await pool.run(0);
    expect(Array.from(memory.floats(scratch, 4))).toEqual([1, 2, 3, 4]);
    expect(Array.from(memory.floats(scratch + 64, 4))).toEqual([5, 6, 7, 8]);
  });
});

/** Runs code in a process of its own, on the built device of two threads; it is never closed. */
function runScript(code: string) {
  const built = (path: string) => new URL(`../../../dist/${path}`, import.meta.url).href;
  const script = `
    import { createWasmDevice } from "${built("device/index.js")}";
    import { Graph } from "${built("graph/index.js")}";
    const device = await createWasmDevice({ threads: 2 });
    ${code}
  `;
  const cwd = fileURLToPath(new URL("../../..", import.meta.url));
  const options = { cwd, encoding: "utf8", timeout: 20_000 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], options);
  return { status, stdout, stderr };
}
