import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { BUILT_FILES } from "../../../src/device/wasm/artifacts.ts";
import { type TrialVerdict, tryVectorPairs } from "../../../src/device/wasm/vector-pairs/trial.ts";
import { VerdictCache } from "../../../src/device/wasm/vector-pairs/verdict-cache.ts";
import { vectorPairs } from "../../../src/device/wasm/vector-pairs.ts";
import { temporaryFolder } from "../../temporary-folder.ts";

const MAJOR = Number.parseInt(process.versions.node, 10);

/** A trial whose process runs this code instead. */
function trialOf(code: string, timeout = 60_000): TrialVerdict {
  return tryVectorPairs({ command: [process.execPath, "-e", code], timeout });
}

describe("an engine that does not survive joined vectors (Node 26: unreachable code, exit 133)", () => {
  it.each([
    ["aborts", "process.abort()", /^a trial of them (was ended by SIGABRT|ended with exit status \d+)$/],
    ["traps", "process.kill(process.pid, 'SIGTRAP')", /^a trial of them was ended by SIGTRAP$/],
    ["gives other bits", "process.exitCode = 81", /^a trial of them gave other bits$/],
  ])("fails its trial for good if it %s", (_, code, reason) => {
    expect(trialOf(code)).toEqual({ survives: false, reason: expect.stringMatching(reason), lasting: true });
  });

  it("fails its trial for good if it hangs", () => {
    const reason = "a trial of them took more than 0.5 s";
    expect(trialOf("setInterval(() => {}, 1000)", 500)).toEqual({ survives: false, reason, lasting: true });
  });

  it.each([
    ["an error", "throw new Error('no luck')", "ended with exit status 1"],
    ["silence", "", "ended with exit status 0"],
  ])("fails its trial for now on %s", (_, code, how) => {
    expect(trialOf(code)).toEqual({ survives: false, reason: `a trial of them ${how}`, lasting: false });
  });

  it("fails its trial for now if it does not know the switch, or no process can be started", () => {
    const unknown = tryVectorPairs({ command: [process.execPath, "--no-such-switch", "-e", ""] });
    expect(unknown).toMatchObject({ survives: false, reason: "a trial of them ended with exit status 9" });
    const nowhere = tryVectorPairs({ command: [join(temporaryFolder(), "no-node")] });
    expect(nowhere).toMatchObject({ survives: false, lasting: false });
    expect(nowhere.reason).toMatch(/^a trial of them could not be started: .*ENOENT/);
  });

  it("says why on this Node", () => {
    const { joined, reason } = vectorPairs();
    expect(joined).toBe(reason === null);
    if (MAJOR < 24) expect(reason).toContain("Node ");
  });
});

// Where the engine does not know how to join them all three passes must agree.
it.skipIf(MAJOR >= 24)("the trial finds the same bits in an engine that has no such switch", () => {
  const command = [process.execPath, fileURLToPath(BUILT_FILES.trial)] as const;
  expect(tryVectorPairs({ command, timeout: 120_000 })).toEqual({ survives: true, reason: "", lasting: true });
});

describe("the verdict of a trial", () => {
  const subject = { node: "26.12.1", v8: "14.6", processor: "some processor", kernels: "abc" };
  const survived: TrialVerdict = { survives: true, reason: "", lasting: true };
  const crashed: TrialVerdict = { survives: false, reason: "was ended by SIGTRAP", lasting: true };

  it.each([survived, crashed])("is kept for the same engine, processor and kernels alone: %j", (verdict) => {
    const folder = join(temporaryFolder(), "not", "there");
    expect(new VerdictCache(folder, subject).recall()).toBeNull();
    expect(new VerdictCache(folder, subject).keep(verdict)).toBe(verdict);
    const { survives, reason } = verdict;
    expect(new VerdictCache(folder, subject).recall()).toEqual({ survives, reason });
    for (const part of ["node", "v8", "processor", "kernels"] as const) {
      expect(new VerdictCache(folder, { ...subject, [part]: "another" }).recall()).toBeNull();
    }
  });

  it("of a moment is not kept", () => {
    const folder = temporaryFolder();
    new VerdictCache(folder, subject).keep({ survives: false, reason: "could not be started", lasting: false });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is forgotten after a week if it was a failure", () => {
    const cache = new VerdictCache(temporaryFolder(), subject);
    cache.keep(crashed);
    const record = readFileSync(cache.file!, "utf8");
    const date = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
    for (const [days, known] of [
      [6, true],
      [8, false],
      [-8, false],
    ] as const) {
      writeFileSync(cache.file!, record.replace(/(?<="triedAt": ")[^"]*/, date(days)));
      expect(cache.recall() !== null, `${days} days`).toBe(known);
    }
  });

  it("is tried for again where the cache is damaged, cannot be made, or there is none", () => {
    const parent = temporaryFolder();
    const cache = new VerdictCache(parent, subject);
    for (const text of ["", "{", "null", '{"survives":"yes"}', '{"survives":false}', " ".repeat(10_000)]) {
      writeFileSync(cache.file!, text);
      expect(cache.recall()).toBeNull();
    }
    writeFileSync(join(parent, "file"), "");
    for (const folder of [join(parent, "file", "folder"), null]) {
      const none = new VerdictCache(folder, subject);
      expect(none.recall()).toBeNull();
      expect(none.keep(survived)).toBe(survived);
      expect(none.file === null || !existsSync(none.file)).toBe(true);
    }
  });
});
