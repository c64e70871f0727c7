/** Damaged files, full and read-only disks, a second process, a wrong clock: the run goes on from good data, or says what to do. */
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { RandomStream } from "../../src/random/index.ts";
import { runCommand } from "../e2e/command-line.ts";
import { StoppedRun } from "./stopped-run.ts";

const FILES = ["manifest.json", "state.json", "values.safetensors"];
const run = new StoppedRun();
const draws = new RandomStream(7);

beforeAll(() => run.make());

const checkpointsOf = (path: string) => readdirSync(join(path, "checkpoints")).sort();

function newest(path: string, file: string): string {
  return join(path, "checkpoints", checkpointsOf(path).at(-1)!, file);
}

function flipBit(file: string): void {
  const bytes = readFileSync(file);
  const bit = draws.integer(8 * bytes.length);
  bytes[bit >> 3]! ^= 1 << (bit & 7);
  writeFileSync(file, bytes);
}

describe.each(FILES)("%s of the newest checkpoint", (file) => {
  it.each([
    ["cut short", (path: string) => truncateSync(path, Math.floor(readFileSync(path).length / 2))],
    ["empty", (path: string) => truncateSync(path, 0)],
    ["missing", (path: string) => rmSync(path)],
    ["with one flipped bit", flipBit],
    ["with another flipped bit", flipBit],
  ])("%s: goes on from the one before", async (_, harm) => {
    const path = run.copy();
    const [before, last] = checkpointsOf(path).slice(-2);
    harm(newest(path, file));
    const printed = await run.finish(path);
    expect(printed).toMatch(new RegExp(`checkpoint ${last} cannot be used and is set aside as ${last}\\.bad: ${file}`));
    expect(printed).toContain(`goes on from checkpoint ${before}`);
  });
});

it("all checkpoints damaged: names each file, touches nothing", async () => {
  const path = run.copy();
  const names = checkpointsOf(path);
  for (const name of names) truncateSync(join(path, "checkpoints", name, "state.json"), 1);
  const printed = await runCommand(run.cwd, ["resume", path]);
  expect(printed.status).toBe(1);
  for (const name of names) expect(printed.error).toContain(`${name}: state.json: got 1 byte,`);
  expect(printed.error).toMatch(/hint: bring one back from a backup, or remove .*checkpoints/);
  expect(checkpointsOf(path)).toEqual(names);
});

it("a torn last line of the journal is dropped", async () => {
  const path = run.copy();
  writeFileSync(join(path, "events.jsonl"), '{"time":"2020-01-01T00:00:00.000Z","ki', { flag: "a" });
  await run.finish(path);
});

it("a journal that lost its end: goes on from a checkpoint that it still covers, or from the beginning", async () => {
  const path = run.copy();
  const journal = join(path, "events.jsonl");
  truncateSync(journal, readFileSync(journal).length - 10);
  const printed = await runCommand(run.cwd, ["resume", path]);
  if (printed.status === 0) expect(printed.output).toContain("events.jsonl: got");
  else expect(printed.error).toMatch(/events\.jsonl: got \d+ bytes, expected at least[\s\S]*hint: /);
});

it("two processes on one run: the second is refused, the first is not disturbed", async () => {
  const path = run.copy();
  let refused: Promise<void> | null = null;
  const second = async () => {
    const printed = await runCommand(run.cwd, ["resume", path]);
    expect(printed.status).toBe(2);
    expect(printed.error).toMatch(/process \d+ is at work on it[\s\S]*hint: wait for it, or stop it/);
  };
  const first = await runCommand(run.cwd, ["resume", path], {
    // Asked again and again while the first runs; its signal is never sent.
    interrupt: {
      signal: "SIGINT",
      when(printed) {
        if (/goes on from checkpoint/.test(printed)) refused ??= second();
        return false;
      },
    },
  });
  expect(first.status, first.error).toBe(0);
  expect(refused).not.toBeNull();
  await refused;
});

it("a clock set back by ten years changes nothing", async () => {
  const path = run.copy();
  const shift = join(run.cwd, "shift.mjs");
  writeFileSync(
    shift,
    `const Real = Date; const back = 10 * 365 * 86400_000;
     globalThis.Date = class extends Real {
       constructor(...args) { super(...(args.length === 0 ? [Real.now() - back] : args)); }
       static now() { return Real.now() - back; }
     };`,
  );
  await run.finish(path, { NODE_OPTIONS: `--import=${shift}` });
  const times = readFileSync(join(path, "events.jsonl"), "utf8").match(/"time":"(\d+)/g)!;
  expect(new Set(times).size).toBe(2);
});

/** Whether this process may mount: the cases below need a small disk of their own. */
function canMount(): boolean {
  const path = join(run.cwd, "probe");
  mkdirSync(path, { recursive: true });
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", path], { stdio: "ignore" });
    execFileSync("umount", [path]);
    return true;
  } catch {
    return false;
  }
}

function takeAllBut(bytes: number, disk: string): void {
  const { bavail, bsize } = statfsSync(disk);
  const spare = bavail * bsize - bytes;
  try {
    if (spare > 0) appendFileSync(join(disk, "other"), Buffer.alloc(spare));
  } catch (error) {
    // The run was faster, and took some of it.
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
}

describe.skipIf(!canMount())("on a disk of its own", () => {
  const disk = join(run.cwd, "disk");
  const mount = (...options: string[]) => execFileSync("mount", [...options, disk]);

  it("full while checkpoints are written: stops, names the file, and goes on once there is room", async () => {
    mkdirSync(disk, { recursive: true });
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", disk]);
    try {
      const path = run.copy(join(disk, "run"));
      const whole = () => checkpointsOf(path).filter((name) => /^\d+$/.test(name));
      const before = whole();
      const running = runCommand(run.cwd, ["resume", path]);
      while (before.includes(whole().at(-1)!)) await new Promise((resolve) => setTimeout(resolve, 5));
      let newest = whole().at(-1)!;
      // Beside the run somebody else takes all but a little of the room, also what an old checkpoint gives back.
      let isOver = false;
      running.finally(() => {
        isOver = true;
      });
      while (!isOver) {
        takeAllBut(65_536, disk);
        newest = whole().at(-1)!;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      const printed = await running;
      expect(printed.status, printed.output).toBe(1);
      expect(printed.error).toMatch(/checkpoint .*\d{6}: cannot write it: ENOSPC[\s\S]*hint: make room/);
      expect(whole().at(-1)! >= newest, `${whole()}, once ${newest}`).toBe(true);
      expect(whole()).toHaveLength(before.length);
      const again = await runCommand(run.cwd, ["resume", path]);
      expect(again.status, again.output).toBe(1);
      expect(again.error).toMatch(/disk: the run needs about .* free at .*\nhint: make room/);
      rmSync(join(disk, "other"));
      await run.finish(path);
    } finally {
      execFileSync("umount", [disk]);
    }
  });

  it("read-only: says so before it computes, and goes on once it can be written", async () => {
    mkdirSync(disk, { recursive: true });
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", disk]);
    try {
      const path = run.copy(join(disk, "run"));
      mount("-o", "remount,ro");
      const printed = await runCommand(run.cwd, ["resume", path]);
      expect(printed.status).toBe(1);
      expect(printed.error).toMatch(/cannot make .*lock-\d+\.json: EROFS[\s\S]*hint: make the folder writable/);
      mount("-o", "remount,rw");
      await run.finish(path);
    } finally {
      execFileSync("umount", [disk]);
    }
  });
});
