/** A search and what no search has to find, trained for as long: in two spaces, stopped and gone on with, and what is refused. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Verdict } from "../../src/export/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { writeClassPhotos } from "./class-photos.ts";
import { runCommand } from "./command-line.ts";

const cwd = temporaryFolder();
const COMMON = ["--batch", "8", "--epochs", "1", "--retrain-epochs", "1", "--threads", "2"];
const DARTS = ["search", "photos", "--channels", "4", "--cells", "2", ...COMMON];
const NB201 = ["search", "photos", "--space", "nas-bench-201", "--channels", "4", "--cells", "1", ...COMMON];
/** So that a baseline takes a few epochs too. */
const LONGER = ["--retrain-epochs", "5", "--checkpoint-minutes", "0"];

interface Summary {
  readonly testAccuracy: number;
  readonly verdict: Verdict;
}

const read = (file: string) => readFileSync(join(cwd, file), "utf8");
const json = <T>(file: string) => JSON.parse(read(file)) as T;
const verdictOf = (run: string) => json<Summary>(`${run}/summary.json`).verdict;
const weightsOf = (run: string) => readFileSync(join(cwd, run, "weights.safetensors")).toString("base64");

async function finish(args: readonly string[]): Promise<string> {
  const printed = await runCommand(cwd, args);
  expect(printed.status, printed.error + printed.output).toBe(0);
  return printed.output;
}

beforeAll(async () => {
  for (const [kind, name] of ["first", "second", "third"].entries())
    await writeClassPhotos(join(cwd, "photos"), name, kind, 24);
});

describe("a search with a verdict", () => {
  beforeAll(async () => {
    const printed = await finish([...DARTS, "--verdict", "--out", "darts"]);
    expect(printed).toMatch(/verdict: 2 networks that no search has to find, each trained .*: about \d+ .* more/);
    expect(printed).toMatch(/^verdict: the search found .*; all separable 3x3, trained within the same .* reaches/m);
    expect(printed).toMatch(/^verdict: the search found .*; a random architecture, trained within/m);
  });

  it("trains baselines of the same size, seed and data, as runs of their own that no list of runs has", async () => {
    const { training, seed, identity, ...rest } = json<Record<string, unknown>>("darts/config.json");
    expect(readdirSync(join(cwd, "darts/verdict")).sort()).toEqual(["DARTS_all_sep_3x3", "random-1"]);
    for (const name of ["DARTS_all_sep_3x3", "random-1"]) {
      const own = json<Record<string, object>>(`darts/verdict/${name}/config.json`);
      const { epochs } = verdictOf("darts").baselines.find((baseline) => baseline.name === name)!;
      expect(own).toMatchObject({ seed, strategy: null, architectureName: name, data: rest["data"] });
      expect(own["training"]).toEqual({ ...(training as object), epochs });
      expect(own["identity"]).not.toBe(identity);
    }
    const { runs } = JSON.parse(await finish(["runs", ".", "--json"])) as { runs: { name: string }[] };
    expect(runs.map(({ name }) => name)).toEqual(["darts"]);
  });

  it("writes it into summary and model card, and show prints it", async () => {
    const { testAccuracy, verdict } = json<Summary>("darts/summary.json");
    expect(verdict).toMatchObject({
      testAccuracy,
      testImages: json<{ testImages: number }>("darts/summary.json").testImages,
    });
    expect(verdict.seconds).toBeGreaterThan(0);
    for (const { run, testAccuracy: own, difference, interval } of verdict.baselines) {
      expect(json<Summary>(`darts/${run}/summary.json`).testAccuracy).toBeCloseTo(own, 12);
      expect(difference).toBeCloseTo(testAccuracy - own, 12);
      expect(interval[0]).toBeLessThan(interval[1]);
    }
    const shown = await finish(["show", "darts"]);
    for (const sentence of verdict.sentences) {
      expect(read("darts/README.md")).toContain(`- ${sentence}\n`);
      expect(shown).toContain(sentence);
    }
    expect(read("darts/README.md")).toMatch(/^\| `random-1` \| \d/m);
  });

  it("is passed once: resume has nothing left to do, and verdict trains what is asked for in addition", async () => {
    expect(await finish(["resume", "darts"])).toMatch(/nothing is left to do/);
    const before = verdictOf("darts");
    const printed = await finish(["verdict", "darts", "--random", "2"]);
    expect(printed).toContain("verdict: 1 network that no search has to find");
    const { baselines, random } = verdictOf("darts");
    expect(baselines.slice(0, 2)).toEqual(before.baselines);
    expect(baselines.map(({ name }) => name)).toEqual(["DARTS_all_sep_3x3", "random-1", "random-2"]);
    expect(random).toMatchObject({ count: 2 });
    expect(new Set(baselines.map(({ architecture }) => architecture)).size).toBe(3);
  });

  it("begins again where the run is changed, with what was asked for", async () => {
    await finish(["resume", "darts", "--with", "retrain-epochs=2"]);
    const { baselines } = verdictOf("darts");
    expect(baselines.map(({ name }) => name)).toEqual(["DARTS_all_sep_3x3", "random-1", "random-2"]);
    const { training } = json<{ training: { epochs: number } }>("darts/verdict/random-2/config.json");
    expect(training.epochs).toBe(baselines[2]!.epochs);
  });
});

describe("in nas-bench-201", () => {
  it("goes on after SIGINT in a baseline, by resume, to the plan that there was and the same weights", async () => {
    const stopped = await runCommand(cwd, [...NB201, ...LONGER, "--verdict", "--out", "nb"], {
      interrupt: { signal: "SIGINT", when: (text) => /verdict 1 of 2[\s\S]*retrain epoch 1/.test(text) },
    });
    expect(stopped.status, stopped.error).toBe(130);
    expect(stopped.error).toContain(`go on with: ista-nas resume ${join(cwd, "nb")}\n`);
    expect(json<Summary>("nb/summary.json").verdict).toBeUndefined();
    expect(existsSync(join(cwd, "nb/verdict/NB201_all_3x3/checkpoints"))).toBe(true);
    const plan = json<{ baselines: object[] }>("nb/verdict.json");
    const refused = await runCommand(cwd, [...NB201, "--verdict", "--out", "nb"]);
    expect(refused.status).toBe(2);
    expect(refused.error).toMatch(/not finished[\s\S]*ista-nas resume nb/);
    expect(await finish(["resume", "nb", "--threads", "1"])).toMatch(
      /^verdict: the search found .*; 3x3 on every edge, trained/m,
    );
    expect(json<{ baselines: object[] }>("nb/verdict.json")).toEqual({ ...plan, isDone: true });
    const [{ epochs }] = verdictOf("nb").baselines as unknown as readonly [{ epochs: number }];
    const same = ["--space", "nas-bench-201", "--channels", "4", "--cells", "1", "--batch", "8", "--threads", "2"];
    await finish(["train", "NB201_all_3x3", "photos", ...same, "--epochs", String(epochs), "--out", "alone"]);
    expect(weightsOf("nb/verdict/NB201_all_3x3")).toBe(weightsOf("alone"));
  });

  it("goes on after SIGINT in the search too: the wish is kept", async () => {
    const stopped = await runCommand(cwd, [...NB201, "--verdict", "--out", "early"], {
      interrupt: { signal: "SIGINT", when: (text) => /search epoch 1/.test(text) },
    });
    expect(stopped.status, stopped.error).toBe(130);
    await finish(["resume", "early"]);
    expect(verdictOf("early").sentences).toHaveLength(2);
  });

  it("trains the published baselines and nothing random, if that is asked for", async () => {
    await finish(["verdict", "early", "--published", "--json"]);
    const { baselines } = verdictOf("early");
    expect(baselines.map(({ name }) => name)).toEqual(["NB201_all_3x3", "NB201_all_3x3_skip", "random-1"]);
  });
});

describe("what is refused", () => {
  it.each([
    [["verdict", "nowhere"], /there is no such folder/],
    [["verdict", "early/verdict/random-1"], /got the training of an architecture that was given, expected a search/],
    [["verdict", "early", "--random", "101"], /--random: got 101, expected an integer from 0 to 100/],
  ])("%j", async (args, message) => {
    const printed = await runCommand(cwd, args);
    expect(printed.status).toBe(2);
    expect(printed.error).toMatch(message);
  });

  it("a run that is not finished", async () => {
    const stopped = await runCommand(cwd, [...DARTS, "--out", "unfinished"], {
      interrupt: { signal: "SIGINT", when: (text) => /search epoch 1/.test(text) },
    });
    expect(stopped.status).toBe(130);
    const printed = await runCommand(cwd, ["verdict", "unfinished"]);
    expect(printed.status).toBe(2);
    expect(printed.error).toMatch(/got a run that is not finished[\s\S]*ista-nas resume/);
  });

  it("a space without baselines says so, and takes random ones", async () => {
    const url = new URL("../../docs/examples/own-space.mjs", import.meta.url).href;
    const bare = `import base from ${JSON.stringify(url)};
      export default { ...base, kind: "bare", create: (o) => ({ ...base.create(o), baselines: undefined }) };`;
    writeFileSync(join(cwd, "bare.mjs"), bare);
    const args = ["search", "photos", "--space", "./bare.mjs", "--layers", "3", "--width", "4", ...COMMON];
    await finish([...args, "--out", "bare"]);
    const none = await runCommand(cwd, ["verdict", "bare", "--space", "./bare.mjs", "--random", "0"]);
    expect(none.status).toBe(2);
    expect(none.error).toMatch(/the space bare names no baselines, and --random is 0/);
    const printed = await finish(["verdict", "bare", "--space", "./bare.mjs"]);
    expect(printed).toContain("the space bare names no baselines: random architectures alone are trained");
    expect(verdictOf("bare").baselines.map(({ name }) => name)).toEqual(["random-1"]);
  });
});
