import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RunFolder, RunLock } from "../../src/run/index.ts";
import { sampleRun } from "./sample-checkpoint.ts";

const MODULE = fileURLToPath(new URL("../../dist/run/index.js", import.meta.url));

/** Takes the lock of the folder when a line comes in, says so or why not, and holds it until it is ended. */
const TAKER = `
  import { RunFolder, RunLock } from ${JSON.stringify(MODULE)};
  const folder = RunFolder.open(process.argv[1]);
  process.stdout.write("ready\\n");
  process.stdin.once("data", () => {
    try {
      RunLock.acquire(folder);
      process.stdout.write("held\\n");
      setInterval(() => {}, 1000);
    } catch (error) {
      process.stdout.write(error.code + "\\n");
    }
  });
`;

async function line(child: ChildProcess): Promise<string> {
  const [chunk] = (await once(child.stdout!, "data")) as [Buffer];
  return chunk.toString().trim();
}

describe("RunLock", () => {
  let folder: RunFolder;
  const children: ChildProcess[] = [];
  beforeEach(() => {
    folder = sampleRun();
    folder.writeJson("config.json", {});
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });

  async function taker(): Promise<ChildProcess> {
    const child = spawn(process.execPath, ["--input-type=module", "-e", TAKER, folder.path]);
    children.push(child);
    expect(await line(child)).toBe("ready");
    return child;
  }

  async function take(child: ChildProcess): Promise<string> {
    const answer = line(child);
    child.stdin!.write("go\n");
    return answer;
  }

  async function kill(child: ChildProcess): Promise<void> {
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  it("is refused while its owner lives, and taken over when it was killed", async () => {
    const owner = await taker();
    expect(await take(owner)).toBe("held");
    expect(RunLock.isHeld(folder)).toBe(true);
    expect(() => RunLock.acquire(folder)).toThrowError(
      expect.objectContaining({ code: "E_RUN_LOCKED", message: expect.stringContaining(`process ${owner.pid} is at`) }),
    );
    await kill(owner);
    expect(RunLock.isHeld(folder)).toBe(false);
    const lock = RunLock.acquire(folder);
    expect(RunLock.isHeld(folder)).toBe(true);
    lock.release();
    expect(RunLock.isHeld(folder)).toBe(false);
  });

  it("goes to exactly one of eight processes that take it from a dead one at once", async () => {
    const takers = await Promise.all(Array.from({ length: 8 }, taker));
    const dead = await taker();
    expect(await take(dead)).toBe("held");
    await kill(dead);
    const answers = await Promise.all(takers.map(take));
    expect(answers.sort()).toEqual([...Array.from({ length: 7 }, () => "E_RUN_LOCKED"), "held"]);
    expect(readdirSync(folder.path).filter((name) => name.startsWith("lock"))).toHaveLength(1);
  });

  const lockFile = () => folder.pathOf(readdirSync(folder.path).find((name) => name.startsWith("lock-"))!);
  const changeOwner = (change: object) => {
    const { owner } = JSON.parse(readFileSync(lockFile(), "utf8")) as { owner: object };
    writeFileSync(lockFile(), JSON.stringify({ owner: { ...owner, ...change } }));
  };

  it("does not take a later process with the same number for its owner", () => {
    RunLock.acquire(folder);
    expect(RunLock.isHeld(folder)).toBe(true);
    changeOwner({ birth: "an earlier boot/123" });
    expect(RunLock.isHeld(folder)).toBe(false);
    RunLock.acquire(folder).release();
  });

  it("is never taken from another host in silence", () => {
    RunLock.acquire(folder);
    changeOwner({ host: "elsewhere" });
    const error = { code: "E_RUN_LOCKED", message: expect.stringContaining("on host elsewhere") };
    expect(() => RunLock.acquire(folder)).toThrowError(
      expect.objectContaining({ ...error, hint: expect.stringContaining(lockFile()) }),
    );
    expect(RunLock.isHeld(folder)).toBe(true);
  });

  it("that cannot be read is left alone, and named", () => {
    RunLock.acquire(folder);
    writeFileSync(lockFile(), '{"own');
    expect(() => RunLock.acquire(folder)).toThrowError(
      expect.objectContaining({ code: "E_RUN_LOCKED", message: expect.stringContaining(lockFile()) }),
    );
  });

  it("can be taken again and again", () => {
    for (let round = 0; round < 3; round++) RunLock.acquire(folder).release();
    expect(readdirSync(folder.path).filter((name) => name.startsWith("lock"))).toEqual(["lock-3.json"]);
  });
});
