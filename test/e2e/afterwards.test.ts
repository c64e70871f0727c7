/** What follows a search by request: the weights of the super-net, trained on. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readJournal } from "../../src/store/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { runCommand } from "./command-line.ts";
import { lastingParts } from "./compare-runs.ts";

const cwd = temporaryFolder();
const SMALL = ["search", "demo", "--channels", "4", "--cells", "3", "--batch", "128", "--retrain-epochs", "1"];
const SHORT = ["--epochs", "2", "--checkpoint-minutes", "0"];

const readJson = (...path: string[]) => {
  return JSON.parse(readFileSync(join(cwd, ...path), "utf8")) as Record<string, unknown>;
};

/** The loss of the first epoch of the training that ends a run. */
function firstLoss(run: string): number {
  const epoch = readJournal(join(cwd, run, "events.jsonl")).find(({ kind }) => kind === "retrain-epoch");
  return (epoch as unknown as { readonly loss: number }).loss;
}

describe.each([
  { strategy: "two-stage", multiplies: true, own: ["--measurement-scale", "unit"] },
  { strategy: "measured", multiplies: false, own: [] },
])("$strategy with --afterwards continue", ({ strategy, multiplies, own }) => {
  const args = [...SMALL, ...SHORT, "--strategy", strategy, ...own];

  it("has learned something before its training begins, and makes a model that onnxruntime agrees with", async () => {
    const scratch = await runCommand(cwd, [...args, "--out", `${strategy}-scratch`]);
    expect(scratch.status, scratch.error).toBe(0);
    const printed = await runCommand(cwd, [...args, "--afterwards", "continue", "--out", strategy]);
    expect(printed.status, printed.error).toBe(0);
    expect(printed.output).toMatch(/ONNX check +passed/);
    expect(firstLoss(strategy)).toBeLessThan(firstLoss(`${strategy}-scratch`) - 0.1);
    expect(readJson(strategy, "config.json")["strategy"]).toMatchObject({ kind: strategy, afterwards: "continue" });
    expect(Object.hasOwn(readJson(strategy, "summary.json"), "absorbedWeights")).toBe(multiplies);
    expect(readFileSync(join(cwd, strategy, "README.md"), "utf8")).toContain("training on from the same weights");
  });

  it("goes on after a kill in either phase to the same bits", async () => {
    for (const phase of [/search epoch +1\//, /training epoch +1\//]) {
      const out = `${strategy}-stopped-${phase.source.slice(0, 6)}`;
      const when = (text: string) => phase.test(text);
      const stopped = [...args, "--afterwards", "continue", "--out", out];
      await runCommand(cwd, stopped, { interrupt: { signal: "SIGKILL", when } });
      const resumed = await runCommand(cwd, ["resume", out]);
      expect(resumed.status, resumed.error).toBe(0);
      expect(lastingParts(join(cwd, out))).toEqual(lastingParts(join(cwd, strategy)));
    }
  });
});

it.each([
  [
    ["--strategy", "random", "--afterwards", "continue"],
    /--afterwards: got continue with strategy random, which leaves no/,
  ],
  [["--strategy", "one-stage", "--afterwards", "retrain"], /--afterwards: got retrain with strategy one-stage, which/],
  [["--strategy", "spos", "--afterwards", "never"], /--afterwards: got "?never"?, expected one of retrain, continue/],
  [
    ["--strategy", "spos", "--afterwards", "continue", "--retrain-channels", "8"],
    /--retrain-channels: got it with strategy spos, expected it with one that trains from scratch/,
  ],
])("refuses %j", async (given, message) => {
  const refused = await runCommand(cwd, ["search", "demo", ...given]);
  expect([refused.status, refused.error]).toEqual([2, expect.stringMatching(message)]);
});
