/** Every space of the package under every strategy, from images to a checked model: on grey and on colour images, stopped and gone on with, and within limits. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { SPACES } from "../../src/spaces/index.ts";
import { STRATEGIES } from "../../src/strategies/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { writeClassPhotos } from "./class-photos.ts";
import { runCommand } from "./command-line.ts";
import { lastingParts } from "./compare-runs.ts";

/** The smallest networks of each space. */
const SMALL: Readonly<Record<string, readonly string[]>> = {
  darts: ["--channels", "4", "--cells", "3"],
  "nas-bench-201": ["--channels", "4", "--cells", "1"],
  mobile: ["--channels", "4"],
  fusion: ["--channels", "4"],
};

const SHORT: Readonly<Record<string, readonly string[]>> = {
  "two-stage": ["--epochs", "2"],
  "one-stage": ["--max-search-epochs", "2"],
  measured: ["--epochs", "2", "--final-round", "0.5", "--proxy-channels", "8"],
  random: [],
  "successive-halving": ["--epochs", "2", "--entrants", "4", "--rungs", "2"],
  "random-ws": ["--epochs", "2", "--ranking-batches", "1"],
  "one-shot": ["--epochs", "2", "--ranking-batches", "1"],
  spos: ["--epochs", "2", "--ranking-batches", "1", "--population", "4"],
  darts: ["--epochs", "2", "--order", "2"],
  gdas: ["--epochs", "2"],
  dsnas: ["--max-search-epochs", "2"],
  // Some channels die of it.
  atom: ["--max-search-epochs", "2", "--channel-price", "1", "--price-ramp", "0", "--dead-scale", "0.95"],
  "once-for-all": ["--epochs", "3", "--ranking-batches", "1"],
  mtl: ["--epochs", "2"],
  "zero-cost": ["--epochs", "2", "--draws", "2"],
};

/** One that trains what it found from scratch, and one that goes on with it. */
const AGAIN = ["two-stage", "one-stage"];

/** Those whose limits have to be such that something keeps them: each in one space. */
const LIMITED: Readonly<Record<string, readonly string[]>> = {
  darts: ["random", "successive-halving", "one-stage", "random-ws", "one-shot", "spos", "zero-cost"],
  mobile: ["random", "once-for-all"],
};

/** Strategies that need what one space alone has. */
const ONLY: Readonly<Record<string, string>> = { atom: "mobile", "once-for-all": "mobile", mtl: "fusion" };

/** A space for images with two labels each. */
const OF_TWO_TASKS = "fusion";
const PER_CLASS = 24;

const cwd = temporaryFolder();
const all = SPACES.flatMap((space) =>
  STRATEGIES.map((strategy) => ({ space: space.kind, strategy: strategy.kind, afterwards: strategy.afterwards })),
);
const refusedPairs = all.filter(({ space, strategy }) => (ONLY[strategy] ?? space) !== space);
const tellsOneTask = (kind: string) => STRATEGIES.find((strategy) => strategy.kind === kind)!.tellsOneTask === true;
const pairs = all.filter(
  (pair) => !refusedPairs.includes(pair) && !(pair.space === OF_TWO_TASKS && tellsOneTask(pair.strategy)),
);

beforeAll(async () => {
  const rows = ["file,order,half"];
  for (const [kind, name] of ["first", "second", "third"].entries()) {
    const folder = join(cwd, "photos");
    await writeClassPhotos(folder, name, kind, PER_CLASS);
    for (const [place, file] of readdirSync(join(folder, name)).sort().entries()) {
      rows.push(`photos/${name}/${file},${name},${place % 2 === 0 ? "even" : "odd"}`);
    }
  }
  writeFileSync(join(cwd, "labels.csv"), rows.join("\n"));
});

/** The photos as a space takes them. */
const photosFor = (space: string) => (space === OF_TWO_TASKS ? ["labels.csv", "--tasks", "order,half"] : ["photos"]);

const searchOf = (space: string, strategy: string, data: readonly string[], batch: string) => {
  const isTrained = all.find((pair) => pair.strategy === strategy)!.afterwards !== "none";
  const training = isTrained ? ["--retrain-epochs", "1"] : [];
  const common = ["--batch", batch, ...training, "--threads", "2", "--checkpoint-minutes", "0"];
  return [
    "search",
    ...data,
    "--space",
    space,
    "--strategy",
    strategy,
    ...SMALL[space]!,
    ...SHORT[strategy]!,
    ...common,
  ];
};

async function finish(args: readonly string[]): Promise<string> {
  const printed = await runCommand(cwd, args);
  expect(printed.status, printed.error + printed.output).toBe(0);
  return printed.output;
}

const summaryOf = (run: string) => {
  return JSON.parse(readFileSync(join(cwd, run, "summary.json"), "utf8")) as Record<string, unknown>;
};

describe.each(pairs)("$space, $strategy", ({ space, strategy }) => {
  const whole = `${space}-${strategy}`;
  const args = searchOf(space, strategy, photosFor(space), "8");

  it("makes a model of colour images that onnxruntime agrees with", async () => {
    expect(await finish([...args, "--out", whole])).toMatch(/ONNX check +passed/);
  });

  // What is read again is of a space, however it was found.
  it.runIf(AGAIN.includes(strategy))("is shown and measured again", async () => {
    const { testAccuracy, architecture } = summaryOf(whole);
    expect(await finish(["show", whole])).toContain(architecture as string);
    expect(JSON.parse(await finish(["evaluate", whole, photosFor(space)[0]!, "--json"]))).toMatchObject({
      testAccuracy,
    });
  });
});

it("windows that a search found are shown from their file, and trained from scratch, without a word of how they were found", async () => {
  const file = join("mobile-atom", "genotype.json");
  const { architecture } = summaryOf("mobile-atom");
  expect(architecture).toMatch(/atoms_3x3:\d+/);
  expect(await finish(["show", file])).toContain(architecture as string);
  const trained = ["--channels", "4", "--epochs", "1", "--batch", "8", "--threads", "2", "--out", "windows"];
  await finish(["train", file, "photos", ...trained]);
  const { parameters, macs, ...rest } = summaryOf("mobile-atom");
  expect(rest["atoms"]).toMatchObject({ macs, channelsAtFirst: 1656 });
  expect(summaryOf("windows")).toMatchObject({ architecture, parameters, macs });
});

it.each(refusedPairs)("$space, $strategy: says which space it searches", async ({ space, strategy }) => {
  const refused = await runCommand(cwd, searchOf(space, strategy, ["photos"], "8"));
  const needed = ONLY[strategy];
  const said = new RegExp(`--strategy: got ${strategy} with space ${space}, .*${needed}\\nhint: add --space ${needed}`);
  expect([refused.status, refused.error]).toEqual([2, expect.stringMatching(said)]);
});

it.each(["two-stage", "mtl", "random"])("fusion, %s: says that it takes images with two labels", async (strategy) => {
  const refused = await runCommand(cwd, searchOf(OF_TWO_TASKS, strategy, ["photos"], "8"));
  const said = /tasks: got 1 with space fusion, expected 2, a network for each\nhint: take images with 2 labels/;
  expect([refused.status, refused.error]).toEqual([2, expect.stringMatching(said)]);
});

/** In a space of two tasks what is stopped is the same: two strategies stand for all. */
const stopped = pairs.filter(({ space, strategy }) => {
  return space === OF_TWO_TASKS ? ["two-stage", "mtl"].includes(strategy) : strategy !== "random";
});

describe.each(stopped)("$space, $strategy", ({ space, strategy }) => {
  it("goes on after SIGINT in its search to the same bits, on another number of threads", async () => {
    const whole = `${space}-${strategy}`;
    const out = `${whole}-stopped`;
    const when = (text: string) => /search epoch +1\//.test(text);
    const args = [...searchOf(space, strategy, photosFor(space), "8"), "--out", out];
    const printed = await runCommand(cwd, args, { interrupt: { signal: "SIGINT", when } });
    expect(printed.status, printed.error).toBe(130);
    await finish(["resume", out, "--threads", "1"]);
    expect(lastingParts(join(cwd, out))).toEqual(lastingParts(join(cwd, whole)));
  });
});

it.each(SPACES)("$kind searches the embedded grey images too", async ({ kind }) => {
  const demo = kind === OF_TWO_TASKS ? ["demo", "--tasks", "class,kind"] : ["demo"];
  const grey = [...searchOf(kind, "measured", demo, "500"), "--out", `${kind}-grey`];
  expect(await finish(grey)).toMatch(/ONNX check +passed on 1000 images/);
});

describe.each(SPACES)("$kind, limits", ({ kind }) => {
  it("keeps within them, and refuses those that nothing keeps before anything is computed", async () => {
    const args = searchOf(kind, "random", photosFor(kind), "8");
    const { parameters } = summaryOf(`${kind}-random`);
    const most = parameters as number;
    await finish([...args, "--max-parameters", String(most), "--out", `${kind}-limited`]);
    expect(summaryOf(`${kind}-limited`)["parameters"]).toBeLessThanOrEqual(most);
    for (const strategy of LIMITED[kind] ?? ["random"]) {
      const refused = await runCommand(cwd, [...searchOf(kind, strategy, photosFor(kind), "8"), "--max-macs", "1"]);
      expect([refused.status, refused.error]).toEqual([2, expect.stringMatching(/--max-macs[\s\S]*hint: /)]);
    }
  });
});
