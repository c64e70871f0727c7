/** A run keeps to the arithmetic that it was begun in, on whatever machine: V8 is told to do without FMA3 to be one that does not fuse. */
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Arithmetic, defaultArithmetic, fusedArithmetic } from "../../src/device/index.ts";
import { describeArithmetics } from "../describe-arithmetics.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { type CommandOptions, runCommand } from "./command-line.ts";
import { lastingParts } from "./compare-runs.ts";
import { fewImages } from "./few-images.ts";

const TRAIN = [
  ...["train", "ISTA_twostage", "images", "--channels", "4", "--cells", "3", "--batch", "128", "--epochs", "2"],
  ...["--checkpoint-minutes", "0"],
];
/** V8's own flag, on x64. */
const WITHOUT: CommandOptions = { flags: ["--no-enable-fma3"] };

const cwd = temporaryFolder();
afterAll(() => rmSync(cwd, { recursive: true }));

const finish = async (args: readonly string[], options: CommandOptions = {}) => {
  const printed = await runCommand(cwd, args, options);
  expect(printed.status, printed.error + printed.output).toBe(0);
  return printed.output;
};

const read = (run: string, file: string) => readFileSync(join(cwd, run, file), "utf8");
const readConfig = (run: string) => JSON.parse(read(run, "config.json")) as { arithmetic?: Arithmetic };

/** A run of this arithmetic that was killed in its second epoch. */
async function killed(arithmetic: Arithmetic, out: string): Promise<void> {
  const when = (text: string) => /retrain epoch 1/.test(text);
  const args = [...TRAIN, "--arithmetic", arithmetic, "--out", out];
  const { status, error } = await runCommand(cwd, args, { interrupt: { signal: "SIGKILL", when } });
  expect(status, error).toBe(-9);
}

beforeAll(async () => {
  fewImages(cwd, "images", 1280, 200);
  for (const arithmetic of ["separate", ...(fusedArithmetic().available ? (["fused"] as const) : [])]) {
    await finish([...TRAIN, "--arithmetic", arithmetic, "--out", arithmetic, "--threads", "2"]);
  }
});

describeArithmetics("a run", (arithmetic) => {
  it("says which it is", () => {
    expect(readConfig(arithmetic).arithmetic).toBe(arithmetic);
    expect(JSON.parse(read(arithmetic, "environment.json"))).toMatchObject({
      sessions: [{ arithmetic, fusedOff: fusedArithmetic().reason }],
    });
    expect(read(arithmetic, "README.md")).toContain(`, ${arithmetic} arithmetic, `);
  });

  it("that was killed goes on in it, to the bits of one that was not", async () => {
    const out = `killed-${arithmetic}`;
    await killed(arithmetic, out);
    await finish(["resume", out, "--threads", "1"]);
    expect(lastingParts(join(cwd, out))).toEqual(lastingParts(join(cwd, arithmetic)));
  });
});

it("a new run takes what the machine does best", async () => {
  await finish([...TRAIN, "--out", "default", "--threads", "3"]);
  expect(lastingParts(join(cwd, "default"))).toEqual(lastingParts(join(cwd, defaultArithmetic())));
});

it("a run that does not say it is separate: it was begun when there was no other", async () => {
  await killed("separate", "old");
  const { arithmetic: _, ...config } = readConfig("old");
  writeFileSync(join(cwd, "old", "config.json"), JSON.stringify(config));
  await finish(["resume", "old"]);
  expect(lastingParts(join(cwd, "old"))["weights.safetensors"]).toEqual(
    lastingParts(join(cwd, "separate"))["weights.safetensors"],
  );
});

const { available, reason } = fusedArithmetic();
const canLack = available && process.arch === "x64";

describe.skipIf(!canLack)(`a machine that does not fuse (${reason ?? process.arch})`, () => {
  it("begins runs that are separate, with the bits of others", async () => {
    await finish([...TRAIN, "--out", "begun"], WITHOUT);
    expect(lastingParts(join(cwd, "begun"))).toEqual(lastingParts(join(cwd, "separate")));
    expect(JSON.parse(read("begun", "environment.json"))).toMatchObject({
      sessions: [{ fusedOff: "its products are rounded before they are added" }],
    });
    const asked = await runCommand(cwd, [...TRAIN, "--arithmetic", "fused", "--out", "refused"], WITHOUT);
    expect(asked.status).toBe(1);
    expect(asked.error).toMatch(/arithmetic: got fused, expected separate on this machine[\s\S]*--arithmetic separate/);
  });

  it("does not go on with a run that fuses, and says what to do", async () => {
    await killed("fused", "stopped");
    const before = readConfig("stopped");
    const printed = await runCommand(cwd, ["resume", "stopped", "--json"], WITHOUT);
    expect(printed.status).toBe(1);
    expect(printed.error).toMatch(/run stopped: got arithmetic fused, expected separate/);
    expect(printed.error).toMatch(/hint: go on with it where products are fused/);
    expect(readConfig("stopped")).toEqual(before);
    await finish(["resume", "stopped"]);
    expect(lastingParts(join(cwd, "stopped"))).toEqual(lastingParts(join(cwd, "fused")));
  });

  it("uses the network of a run that fuses", async () => {
    cpSync(join(cwd, "fused"), join(cwd, "moved"), { recursive: true });
    const accuracy = async (options: CommandOptions) =>
      (JSON.parse(await finish(["evaluate", "moved", "images", "--json"], options)) as { testAccuracy: number })
        .testAccuracy;
    expect(await accuracy(WITHOUT)).toBeCloseTo(await accuracy({}), 2);
    await finish(["export", "moved", "--file", "again.onnx"], WITHOUT);
  });
});

it.skipIf(!available)("the two end in other bits", () => {
  const weights = (run: string) => readFileSync(join(cwd, run, "weights.safetensors"));
  expect(weights("fused").equals(weights("separate"))).toBe(false);
});
