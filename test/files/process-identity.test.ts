import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { judgeProcess, type ProcessIdentity, thisProcess } from "../../src/files/index.ts";

const OUTERMOST = "pid:[4026531836]";
const NO_PROCESS = 2 ** 22 + 1;

describe("judgeProcess", () => {
  const here: ProcessIdentity = { ...thisProcess(), namespace: OUTERMOST, machine: "m" };
  const kindOf = (change: Partial<ProcessIdentity>, judge = here) => judgeProcess({ ...here, ...change }, judge).kind;

  it("knows itself", () => {
    expect(judgeProcess(thisProcess())).toEqual({ kind: "alive" });
  });

  it.each([
    ["a process with a number that nobody has", { pid: NO_PROCESS }, "gone"],
    ["an earlier process with the number of a living one", { birth: `${here.birth}0` }, "gone"],
    ["any process of an earlier boot of this machine", { birth: "boot/1", pid: NO_PROCESS }, "gone"],
    ["a process of another host", { host: "other" }, "unknown"],
    ["a process of another machine of that name", { machine: "n", pid: NO_PROCESS }, "unknown"],
    ["a process of another container", { namespace: "pid:[1]", pid: NO_PROCESS }, "unknown"],
    ["a process of a container, from another boot", { namespace: "pid:[1]", birth: "boot/1" }, "unknown"],
    ["a process that did not note its container", { namespace: null, pid: NO_PROCESS }, "unknown"],
    ["a process whose birth is not known, with a number that is taken", { birth: null, pid: here.pid }, "unknown"],
  ] as const)("%s: %o is %s", (_, change, kind) => {
    expect(kindOf(change)).toBe(kind);
  });

  it("goes by the number alone where a system has one space of them, also in older records", () => {
    const mac: ProcessIdentity = { pid: here.pid, birth: null, host: here.host, namespace: "one", machine: null };
    const { namespace: _, machine: __, ...older } = mac;
    for (const owner of [mac, older]) {
      expect(judgeProcess({ ...owner, pid: NO_PROCESS }, mac).kind).toBe("gone");
      expect(judgeProcess(owner, mac).kind).toBe("unknown");
    }
  });

  it.skipIf(process.platform !== "linux")(
    "does not take a process for alive that only waits for its parent to notice its end",
    async () => {
      // The parent starts a child that ends at once, and never asks for its status.
      const parent = spawn("sh", ["-c", "sh -c 'echo $$ $(cut -d\" \" -f22 /proc/$$/stat)' & exec sleep 60"]);
      const [line] = (await once(parent.stdout, "data")) as [Buffer];
      const [pid, start] = line.toString().trim().split(" ");
      const boot = here.birth!.slice(0, here.birth!.lastIndexOf("/"));
      const owner = { ...thisProcess(), pid: Number(pid), birth: `${boot}/${start}` };
      await expect.poll(() => judgeProcess(owner).kind).toBe("gone");
      expect(() => process.kill(Number(pid), 0)).not.toThrow();
      parent.kill("SIGKILL");
    },
  );
});
