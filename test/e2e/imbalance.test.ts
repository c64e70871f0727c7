/** Uneven classes from the check to the measure: the walk of docs/reference/imbalance.md, and what the flags do to a search and a resume. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { writeUnevenPhotos } from "../data/uneven-photos.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { runCommand } from "./command-line.ts";

const PAGE = readFileSync(fileURLToPath(new URL("../../docs/reference/imbalance.md", import.meta.url)), "utf8");
const COMMANDS = [...PAGE.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, lines]) => lines!.trimEnd().split("\n"));
const PRINTED = /^```text\n(.*?)\n```/ms.exec(PAGE)![1]!;
const TRAIN = COMMANDS.find((command) => command.includes("runs/plain"))!
  .split(" ")
  .slice(1);

describe("uneven classes", () => {
  const cwd = temporaryFolder();
  const fileOf = (run: string, name: string) => readFileSync(join(cwd, "runs", run, name));
  const jsonOf = (run: string, name: string) => JSON.parse(fileOf(run, name).toString());
  const command = async (...args: readonly string[]) => {
    const { status, output, error } = await runCommand(cwd, [...args, "--json"]);
    expect(status, error).toBe(0);
    return { error, result: JSON.parse(output) };
  };
  const train = (run: string, ...more: readonly string[]) => command(...TRAIN.slice(0, -1), `runs/${run}`, ...more);

  beforeAll(async () => {
    await writeUnevenPhotos(join(cwd, "uneven"), 120, 8);
    for (const line of COMMANDS) {
      const [, ...args] = line.split(" ");
      const { error, result } = await command(...args);
      if (args[0] !== "check") continue;
      expect(error.split("\n")).toContain(PRINTED);
      expect(result.imbalance).toMatchObject({ ratio: 15, isUneven: true, largest: { name: "dark" } });
    }
  }, 240_000);

  it("are told apart better by weights and by sampling", () => {
    const f1 = ["plain", "weighted", "sampled"].map((run) => jsonOf(run, "summary.json").macroF1 as number);
    expect(f1[1]).toBeGreaterThan(f1[0]! + 0.1);
    expect(f1[2]).toBeGreaterThan(f1[0]! + 0.1);
    expect(jsonOf("weighted", "config.json")).toMatchObject({ classWeights: [8, 128 / 240], sampling: "as-is" });
    expect(jsonOf("sampled", "config.json")).toMatchObject({ classWeights: null, sampling: "balanced" });
  });

  it("weigh what a file says, and nothing where it says the same of all", async () => {
    writeFileSync(join(cwd, "balanced.json"), '{"dark": 1, "bright": 15}');
    writeFileSync(join(cwd, "alike.csv"), "bright,7\ndark,7\n");
    await train("by-file", "--class-weights", "balanced.json");
    await train("alike", "--class-weights", "alike.csv");
    const weights = (run: string) => fileOf(run, "weights.safetensors");
    expect(weights("by-file").equals(weights("weighted"))).toBe(true);
    expect(weights("alike").equals(weights("plain"))).toBe(true);
    expect(weights("weighted").equals(weights("plain"))).toBe(false);
    writeFileSync(join(cwd, "wrong.csv"), "bright,7\ndark,7\ngrey,1\n");
    const refused = await runCommand(cwd, [...TRAIN.slice(0, -1), "runs/no", "--class-weights", "wrong.csv"]);
    expect(refused.status).toBe(2);
    expect(refused.error).toContain('--class-weights wrong.csv: class got "grey", expected one of bright, dark');
  }, 120_000);

  it("stay weighed and balanced after a stop, without the file", async () => {
    const flags = ["--class-weights", "balanced", "--sampling", "balanced", "--checkpoint-minutes", "0"];
    const stop = { signal: "SIGINT", when: (text: string) => text.includes("epoch 1/6") } as const;
    const begun = [...TRAIN.slice(0, -1), "runs/stopped", ...flags];
    const stopped = await runCommand(cwd, begun, { interrupt: stop });
    expect(stopped.status, stopped.error).not.toBe(0);
    const resumed = await command("resume", "runs/stopped");
    expect(resumed.error).toContain("goes on from checkpoint");
    await train("whole", ...flags);
    expect(fileOf("stopped", "weights.safetensors").equals(fileOf("whole", "weights.safetensors"))).toBe(true);
  }, 120_000);

  it("count in a search as in its training", async () => {
    const size = ["--cells", "2", "--channels", "4", "--retrain-epochs", "1", "--batch", "8", "--epochs", "2"];
    const search = async (name: string, ...flags: readonly string[]) => {
      await command("search", "uneven", ...size, "--out", `runs/${name}`, ...flags);
      const losses = fileOf(name, "results.csv").toString().trimEnd().split("\n").slice(1);
      return losses.map((line) => line.split(",").slice(0, 4).join());
    };
    const plain = await search("search-plain");
    expect(await search("search-alike", "--class-weights", "alike.csv")).toEqual(plain);
    for (const flags of [
      ["--class-weights", "balanced"],
      ["--sampling", "balanced"],
    ]) {
      const other = await search(`search${flags[0]}`, ...flags);
      expect(other).toHaveLength(plain.length);
      for (const [row, line] of other.entries()) expect(line).not.toBe(plain[row]);
    }
  }, 240_000);
});
