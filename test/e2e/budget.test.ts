import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { DartsMacro } from "../../src/spaces/darts/index.ts";
import type { RunConfig } from "../../src/store/index.ts";
import { sampleClasses, writeFiles } from "../data/sample-files.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { runCommand } from "./command-line.ts";

const SEARCH = ["search", "photos", "--threads", "1"];
const SIZE = /size: \d+ cells of \d+ channels: \d+ epochs? of training fits?; /;

describe("a run with a budget", () => {
  const cwd = temporaryFolder();

  beforeAll(async () => {
    writeFiles(join(cwd, "photos"), await sampleClasses({ cat: 20, dog: 20 }, { height: 12, width: 12 }));
  });

  const configOf = (run: string) => JSON.parse(readFileSync(join(cwd, run, "config.json"), "utf8")) as RunConfig;
  const sizeOf = ({ initChannels, cellCount }: DartsMacro) => [initChannels, cellCount];
  const sizesOf = ({ strategy, training }: RunConfig) =>
    [strategy!.network, training.network].map((network) => sizeOf(network as DartsMacro));
  const epochsOf = (run: string) => {
    const events = readFileSync(join(cwd, run, "events.jsonl"), "utf8")
      .trim()
      .split("\n");
    return events.map((line) => JSON.parse(line)).filter(({ kind }) => kind === "retrain-epoch");
  };

  it("has networks of a size that its plan chose, says so, and goes on with it", async () => {
    const args = [...SEARCH, "--time", "40s", "--out", "chosen"];
    const stopped = await runCommand(cwd, args, {
      interrupt: { signal: "SIGINT", when: (text) => /retrain epoch 1\//.test(text) },
    });
    expect([0, 130], stopped.error).toContain(stopped.status);
    expect(stopped.output).toMatch(SIZE);
    const { decisions, ...config } = configOf("chosen");
    const [search, training] = sizesOf(config);
    expect(search).toEqual(training);
    expect(decisions).toEqual([
      {
        ...{ of: "size", chosen: `${training![1]} cells of ${training![0]} channels` },
        reason: expect.stringMatching(/^\d+ epochs? of training fits?; /),
      },
    ]);
    const before = epochsOf("chosen");
    const resumed = await runCommand(cwd, ["resume", "chosen"]);
    expect(resumed.status, resumed.error).toBe(0);
    expect(resumed.output).not.toMatch(SIZE);
    expect(sizesOf(configOf("chosen"))).toEqual([search, training]);
    expect(configOf("chosen").decisions).toEqual(decisions);
    const after = epochsOf("chosen");
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.at(-1)).toMatchObject({ epoch: configOf("chosen").training.epochs });
  });

  it.each([
    [["--channels", "8", "--cells", "3"], [8, 3], [8, 3], false],
    [["--channels", "8"], [8, expect.any(Number)], [8, expect.any(Number)], true],
    [["--channels", "4", "--cells", "3", "--retrain-channels", "auto"], [4, 3], [expect.any(Number), 3], true],
  ])("has the sizes that were given: %j", async (given, search, training, isChosen) => {
    const out = `given-${given.length}`;
    // Stopped where its plan is written down: whatever the machine does meanwhile, there is time for one.
    const printed = await runCommand(cwd, [...SEARCH, ...given, "--time", "10m", "--out", out], {
      interrupt: { signal: "SIGKILL", when: (text) => text.includes("run folder") },
    });
    expect(printed.status, printed.error).toBe(-9);
    expect(SIZE.test(printed.output)).toBe(isChosen);
    expect(sizesOf(configOf(out))).toEqual([search, training]);
  });

  it("decides whether anything is searched, if it is asked to", async () => {
    const args = [...SEARCH, "--strategy", "auto", "--time", "40s", "--epochs", "3", "--out", "decided"];
    const printed = await runCommand(cwd, args);
    expect(printed.status, printed.error).toBe(0);
    const steps = "steps? of search fits? the budget, fewer than 1000\n";
    expect(printed.output).toMatch(new RegExp(`strategy: train DARTS_all_sep_3x3, all separable 3x3: \\d+ ${steps}`));
    expect(printed.output).not.toMatch(/search epoch/);
    const { strategy, command, architectureName, decisions } = configOf("decided");
    expect({ strategy, command, architectureName }).toEqual({
      ...{ strategy: null, command: "train", architectureName: "DARTS_all_sep_3x3" },
    });
    expect(decisions!.map(({ of }) => of)).toEqual(["strategy", "size"]);
  });

  it("trains where one epoch of search does not even fit, also a budget in compute", async () => {
    const args = [...SEARCH, "--channels", "4", "--cells", "3", "--strategy", "auto", "--compute", "40M"];
    const printed = await runCommand(cwd, [...args, "--out", "unsearched"]);
    expect(printed.status, printed.error).toBe(0);
    expect(printed.output).toMatch(/strategy: train DARTS_all_sep_3x3, all separable 3x3: 0 steps of search fit/);
  });

  it.each([
    [["--strategy", "auto"], /--strategy: got auto without --time or --compute, expected the name of a strategy/],
    [["--strategy", "auto", "--time", "1m", "--verdict"], /--strategy: got auto with --verdict, expected the name/],
  ])("cannot decide for %j", async (given, message) => {
    const printed = await runCommand(cwd, [...SEARCH, ...given]);
    expect(printed.status).toBe(2);
    expect(printed.error).toMatch(message);
  });

  it("is what a size is chosen by: without one nothing is", async () => {
    const printed = await runCommand(cwd, [...SEARCH, "--channels", "auto"]);
    expect(printed.status).toBe(2);
    expect(printed.error).toMatch(
      /--channels: got auto without --time or --compute, expected a number\nhint: add --time 20m/,
    );
  });
});
