/** The batch script of a study on SLURM, in a real shell, with a run that does as it is told and a `scontrol` that only takes note. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { setTimeout as later } from "node:timers/promises";
import { expect, it } from "vitest";
import { defaultArithmetic } from "../../src/device/index.ts";
import { slurmScript } from "../../src/study/engines/slurm-script.ts";
import { planStudy, StudyFolder } from "../../src/study/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const cwd = temporaryFolder();
let studies = 0;

/** A study of two runs, and its script, whose runs are `run`: lines of sh. */
async function prepared(run: string) {
  const plan = await planStudy({ name: "mine", base: { channels: 4 }, seeds: 2 }, {}, "demo");
  const folder = StudyFolder.open(join(cwd, `it's study ${++studies}`), plan, "demo");
  const program = join(cwd, `run-${studies}.sh`);
  writeFileSync(program, `#!/bin/sh\necho "$@"\n${run}\n`, { mode: 0o755 });
  const bin = join(cwd, `bin-${studies}`);
  mkdirSync(bin);
  writeFileSync(join(bin, "scontrol"), `#!/bin/sh\necho "$@" >> '${bin}/scontrol.log'\n`, { mode: 0o755 });
  const text = slurmScript({ runs: plan.runs, folder, data: "demo", threads: 2, retries: 1 });
  const script = join(cwd, `array-${studies}.sh`);
  writeFileSync(script, text.replaceAll(/'[^']*' '[^']*ista-nas\.js'/g, `'${program}'`));
  const requeued = () => (existsSync(join(bin, "scontrol.log")) ? readFileSync(join(bin, "scontrol.log"), "utf8") : "");
  const start = (environment: Readonly<Record<string, string>> = {}) => {
    const own = {
      SLURM_ARRAY_TASK_ID: "1",
      SLURM_ARRAY_JOB_ID: "7",
      PATH: `${bin}:${process.env["PATH"]}`,
      ...environment,
    };
    const child = spawn("sh", [script], { env: { ...process.env, ...own }, stdio: ["ignore", "ignore", "pipe"] });
    const status = new Promise<number>((resolve) => {
      child.on("close", (code, signal) => resolve(code ?? -constants.signals[signal!]));
    });
    return { child, status };
  };
  const [, run2] = plan.runs;
  return {
    start,
    requeued,
    out: folder.pathOf(run2!),
    log: () => (existsSync(folder.logOf(run2!)) ? readFileSync(folder.logOf(run2!), "utf8") : ""),
  };
}

it("begins the run of its index, and goes on with one that has begun", async () => {
  const { start, requeued, out, log } = await prepared("exit 0");
  mkdirSync(out);
  writeFileSync(join(out, "lock-1.json"), "{}");
  expect(await start().status).toBe(0);
  expect(log()).toBe(
    `search demo --out ${out} --seed 2 --arithmetic=${defaultArithmetic()} --channels=4 --threads 2 --config none\n`,
  );
  // What was no run yet is gone.
  expect(existsSync(out)).toBe(false);
  mkdirSync(out);
  writeFileSync(join(out, "config.json"), "{}");
  expect(await start().status).toBe(0);
  expect(await start({ SLURM_RESTART_COUNT: "2" }).status).toBe(0);
  const resumed = `resume ${out} --data demo --threads 2 --config none`;
  expect(log().split("\n").slice(1)).toEqual([resumed, `${resumed} --take-over`, ""]);
  expect(requeued()).toBe("");
});

it("is put back into the queue where its run was killed, so often and no oftener", async () => {
  const { start, requeued } = await prepared("kill -KILL $$");
  expect(await start().status).toBe(137);
  expect(requeued()).toBe("requeue 7_1\n");
  expect(await start().status).toBe(137);
  expect(requeued()).toBe("requeue 7_1\n");
});

it("is not put back where its run failed", async () => {
  const { start, requeued } = await prepared("exit 1");
  expect(await start().status).toBe(1);
  expect(requeued()).toBe("");
  expect(await start({ SLURM_ARRAY_TASK_ID: "9" }).status).toBe(2);
});

const WAITING = "trap 'echo stopped; sleep 0.3; exit 143' TERM\necho ready\nwhile :; do sleep 0.05; done";

it("before its time limit lets the run leave a checkpoint, and is put back", async () => {
  const { start, requeued, log } = await prepared(WAITING);
  const { child, status } = start();
  while (!log().includes("ready")) await later(20);
  child.kill("SIGINT");
  expect(await status).toBe(143);
  expect(log()).toMatch(/ready\nstopped\n$/);
  expect(requeued()).toBe("requeue 7_1\n");
});

it("that is cancelled stays out of the queue", async () => {
  const { start, requeued, log } = await prepared(WAITING);
  const { child, status } = start();
  while (!log().includes("ready")) await later(20);
  // SLURM signals every process.
  const worker = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim();
  child.kill("SIGTERM");
  process.kill(Number(worker), "SIGTERM");
  expect(await status).toBe(143);
  expect(log()).toMatch(/ready\nstopped\n$/);
  expect(requeued()).toBe("");
});
