import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sampleClasses, writeFiles } from "../data/sample-files.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { runCommand } from "./command-line.ts";

const SMALL = ["--channels", "4", "--cells", "3", "--batch", "16", "--epochs", "1", "--retrain-epochs", "1"];

describe("work inside the data folder", () => {
  const photos = async (): Promise<string> =>
    writeFiles(temporaryFolder(), await sampleClasses({ cat: 30, dog: 30 }, { height: 9 }));

  it("does not block it: a second check says what the first one did, and what was passed over", async () => {
    const cwd = await photos();
    const first = await runCommand(cwd, ["check", "."]);
    expect(first.status, first.error).toBe(0);
    expect(readdirSync(cwd)).toContain("runs");
    const second = await runCommand(cwd, ["check", "."]);
    expect(second.status, second.error).toBe(0);
    const line = "note: passed over: 1 folder of runs of this program, runs/\n";
    expect(second.output).toContain(line);
    expect(second.output.replace(line, "")).toBe(first.output);
  });

  it.each([
    ["runs/", []],
    ["a folder that --out names", ["--out", "first"]],
  ])("lets a run in %s be stopped, gone on with, and followed by another", async (_, out) => {
    const cwd = await photos();
    const args = ["search", ".", ...SMALL, ...out];
    const stopped = await runCommand(cwd, args, {
      interrupt: { signal: "SIGTERM", when: (text) => /search epoch 1/.test(text) },
    });
    expect(stopped.status, stopped.error).toBe(143);
    const run = /go on with: ista-nas resume (\S+)/.exec(stopped.error)![1]!;
    const resumed = await runCommand(cwd, ["resume", run]);
    expect(resumed.status, resumed.error).toBe(0);
    const checked = await runCommand(cwd, ["check", "."]);
    expect(checked.output).toContain("passed over: 1 folder of runs");
  });
});
