import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { thisProcess } from "../../src/files/index.ts";
import { type RunFolder, RunLock } from "../../src/store/index.ts";
import { sampleRun } from "./sample-checkpoint.ts";

const MODULE = fileURLToPath(new URL("../../dist/store/index.js", import.meta.url));

/** Takes the lock of the folder when a line comes in, says so or why not, and holds it until it is ended. */
const TAKER = `
  import { RunFolder, RunLock } from ${JSON.stringify(MODULE)};
  const folder = RunFolder.open(process.argv[1]);
  process.stdout.write("ready\\n");
  process.stdin.once("data", () => {
    try {
      RunLock.acquire(folder, { takesOver: process.argv[2] === "take-over" });
      process.stdout.write("held\\n");
      setInterval(() => {}, 1000);
    } catch (error) {
      process.stdout.write(error.code + "\\n");
    }
  });
`;

/** Words that start a program with process numbers of its own. */
const CONTAINER = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"];

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

  /** `before`: words that start it in another way; `args`: of the taker. */
  async function taker(before: readonly string[] = [], ...args: readonly string[]): Promise<ChildProcess> {
    const words = [...before, process.execPath, "--input-type=module", "-e", TAKER, "--", folder.path, ...args];
    const child = spawn(words[0]!, words.slice(1));
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
    const takers = await Promise.all(Array.from({ length: 8 }, () => taker()));
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
    const { birth } = thisProcess();
    changeOwner({ birth: `${birth}0` });
    expect(RunLock.isHeld(folder)).toBe(false);
    RunLock.acquire(folder).release();
  });

  it("is never taken from another host in silence", () => {
    RunLock.acquire(folder);
    changeOwner({ host: "elsewhere" });
    const error = { code: "E_RUN_LOCKED", message: expect.stringContaining("it runs on host elsewhere") };
    const hint = expect.stringContaining(`ista-nas resume ${folder.path} --take-over`);
    expect(() => RunLock.acquire(folder)).toThrowError(expect.objectContaining({ ...error, hint }));
    expect(RunLock.isHeld(folder)).toBe(true);
    RunLock.acquire(folder, { takesOver: true }).release();
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

  const locks = () => readdirSync(folder.path).filter((name) => /^(lock|claim)/.test(name));

  it.skipIf(!canMakeContainers())(
    "fault: is not taken from a living process in another container with the same host name",
    async () => {
      const owner = await taker(CONTAINER);
      expect(await take(owner)).toBe("held");
      expect(RunLock.isHeld(folder)).toBe(true);
      expect(() => RunLock.acquire(folder)).toThrowError(
        expect.objectContaining({
          code: "E_RUN_LOCKED",
          message: expect.stringContaining("it runs in another container"),
        }),
      );
      expect(await take(await taker(CONTAINER))).toBe("E_RUN_LOCKED");
      expect(await take(await taker(CONTAINER, "take-over"))).toBe("held");
    },
  );

  it("is taken over on no word from a process that is seen to be alive, and the one that loses it is told", async () => {
    const lock = RunLock.acquire(folder);
    expect(await take(await taker([], "take-over"))).toBe("E_RUN_LOCKED");
    changeOwner({ host: "elsewhere" });
    lock.assertHeld();
    expect(await take(await taker([], "take-over"))).toBe("held");
    expect(() => lock.assertHeld()).toThrowError(expect.objectContaining({ code: "E_RUN_TAKEN" }));
    lock.release();
    expect(RunLock.isHeld(folder)).toBe(true);
  });

  it("that a version before containers wrote is understood", () => {
    const { pid, birth, host } = thisProcess();
    const write = (owner: object | null) => writeFileSync(folder.pathOf("lock-4.json"), JSON.stringify({ owner }));
    write({ pid, birth, host });
    expect(() => RunLock.acquire(folder, { takesOver: true })).toThrowError(/process \d+ is at work on it/);
    write({ pid: 2 ** 22 + 1, birth, host });
    expect(() => RunLock.acquire(folder)).toThrowError(/may be at work on it.*did not note in which container/);
    write(null);
    RunLock.acquire(folder).release();
    expect(locks()).toEqual(["lock-5.json"]);
  });

  it("fault: is made where there are no hard links", async () => {
    const stub = `import fs from "node:fs"; import { syncBuiltinESMExports } from "node:module";
      fs.linkSync = () => { throw Object.assign(new Error("EPERM: operation not permitted, link"), { code: "EPERM" }); };
      syncBuiltinESMExports();`;
    const child = await taker(["env", `NODE_OPTIONS=--import=data:text/javascript,${encodeURIComponent(stub)}`]);
    expect(await take(child)).toBe("held");
    expect(locks()).toEqual(["lock-1.json"]);
  });

  describe("fault: without its content, as a process leaves it that is killed between making and filling it", () => {
    const claim = (owner: object) => writeFileSync(folder.pathOf("claim-1-0a.json"), JSON.stringify({ owner }));
    beforeEach(() => writeFileSync(folder.pathOf("lock-1.json"), ""));

    it("is given up once that process is gone, and what is left of it goes", () => {
      claim({ ...thisProcess(), birth: `${thisProcess().birth}0` });
      RunLock.acquire(folder);
      expect(locks()).toEqual(["lock-2.json"]);
    });

    it("is not taken from one that lives, and is about to fill it", () => {
      claim(thisProcess());
      expect(() => RunLock.acquire(folder, { takesOver: true })).toThrowError(/process \d+ is at work on it/);
    });

    it("that nobody claims is said, with the way on", () => {
      expect(() => RunLock.acquire(folder)).toThrowError(
        expect.objectContaining({ code: "E_RUN_LOCKED", hint: expect.stringContaining("--take-over") }),
      );
      RunLock.acquire(folder, { takesOver: true });
      expect(locks()).toEqual(["lock-2.json"]);
    });
  });

  it.each([2 ** 53, "1e999", "01", "0", "9".repeat(200)])(
    "fault: number %s is no lock's, and stops nothing",
    async (number) => {
      writeFileSync(folder.pathOf(`lock-${number}.json`), JSON.stringify({ owner: null }));
      expect(await take(await taker())).toBe("held");
    },
  );

  it("has a last number, which is named", () => {
    writeFileSync(folder.pathOf("lock-999999999.json"), JSON.stringify({ owner: null }));
    expect(() => RunLock.acquire(folder)).toThrowError(/got lock-999999999\.json, expected a smaller number/);
  });

  it("is made beside a folder, a pipe or a link of that name, on a person's word alone", () => {
    mkdirSync(folder.pathOf("lock-1.json"));
    expect(() => RunLock.acquire(folder)).toThrowError(/lock-1\.json which process.*is a folder/);
    RunLock.acquire(folder, { takesOver: true }).release();
    rmSync(folder.pathOf("lock-1.json"), { recursive: true });
    RunLock.acquire(folder).release();
  });
});

/** Whether this process may make namespaces of its own. */
function canMakeContainers(): boolean {
  return spawnSync(CONTAINER[0]!, [...CONTAINER.slice(1), "true"]).status === 0;
}
