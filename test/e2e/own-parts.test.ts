/** The space and the strategy of docs/examples as their author has them: in a folder of one's own, beside an installed package. */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { type CommandOptions, runCommand } from "./command-line.ts";
import { lastingParts } from "./compare-runs.ts";
import { fewImages } from "./few-images.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SPACE = ["--space", "./own-space.mjs"];
const STRATEGY = ["--strategy", "./own-strategy.mjs"];
const BOTH = [...SPACE, ...STRATEGY];
const SMALL = ["--batch", "250", "--retrain-epochs", "1", "--threads", "2"];
const CHAIN = ["--layers", "4", "--width", "4", "--retrain-width", "8"];
const CANDIDATES = ["--candidates", "3"];

const cwd = temporaryFolder();

beforeAll(() => {
  cpSync(join(ROOT, "docs/examples"), cwd, { recursive: true });
  mkdirSync(join(cwd, "node_modules"));
  symlinkSync(ROOT, join(cwd, "node_modules/ista-nas"), "dir");
  fewImages(cwd, "images", 2000, 200);
});

async function finish(args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const printed = await runCommand(cwd, args, options);
  expect(printed.status, printed.error + printed.output).toBe(0);
  return printed.output;
}

const readJson = (path: string) => JSON.parse(readFileSync(join(cwd, path), "utf8")) as Record<string, unknown>;

it("have the types of the package as it is installed", async () => {
  const compilerOptions = { ...readJson("tsconfig.json")["compilerOptions"]!, paths: {}, types: ["node"] };
  const typeRoots = [join(ROOT, "node_modules/@types")];
  const { compilerOptions: strict } = JSON.parse(readFileSync(join(ROOT, "tsconfig.json"), "utf8")) as {
    readonly compilerOptions: object;
  };
  writeFileSync(
    join(cwd, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { ...strict, ...compilerOptions, typeRoots }, include: ["*.mjs"] }),
  );
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  const check = () => promisify(execFile)(process.execPath, [compiler, "-p", cwd]);
  await expect(check()).resolves.toMatchObject({ stdout: "" });
  const text = readFileSync(join(cwd, "own-space.mjs"), "utf8");
  const wrong = join(cwd, "wrong.mjs");
  writeFileSync(wrong, text.replace("hasDropPath: false,", ""));
  await expect(check()).rejects.toMatchObject({ stdout: expect.stringMatching(/wrong\.mjs.*hasDropPath/s) });
});

describe("the command line", () => {
  it("lists their flags beside its own, and checks them as its own", async () => {
    const help = await finish(["search", "--help", ...BOTH]);
    expect(help).toMatch(/--layers <COUNT> +plain-chain: layers/);
    expect(help).toMatch(/--retrain-width <auto\|COUNT> +of the final network/);
    expect(help).toMatch(/--candidates <COUNT> +training-speed: architectures to try/);
    expect(await finish(["search", "--help"])).not.toMatch(/--layers|--candidates/);
    const refused = await runCommand(cwd, ["search", "images", ...BOTH, "--layers", "2"]);
    expect([refused.status, refused.error]).toEqual([2, expect.stringMatching(/--layers: got 2, expected an integer/)]);
    const odd = await runCommand(cwd, ["search", "images", ...BOTH, "--width", "6"]);
    expect([odd.status, odd.error]).toEqual([
      2,
      expect.stringMatching(/channels: got 6, expected a positive multiple/),
    ]);
    const foreign = await runCommand(cwd, ["search", "images", ...BOTH, "--l1-weight", "1"]);
    expect([foreign.status, foreign.error]).toEqual([2, expect.stringMatching(/--l1-weight: got it with strategy tr/)]);
  });

  it.each([
    ["a space of one's own under two stages", [...SPACE, ...CHAIN, "--epochs", "1"]],
    [
      "a space of one's own under one stage",
      [...SPACE, ...CHAIN.slice(0, 4), "--strategy", "one-stage", "--max-search-epochs", "2"],
    ],
    ["a strategy of one's own in the first space", [...STRATEGY, ...CANDIDATES, "--channels", "4", "--cells", "3"]],
  ])("searches with %s", async (_, args) => {
    const out = `run-${args.length}-${args[0]!.slice(2)}`;
    const printed = await finish(["search", "images", ...args, ...SMALL, "--out", out]);
    expect(printed).toMatch(/ONNX check +passed on 200 images/);
  });
});

describe("a run of both", () => {
  const args = ["search", "images", ...BOTH, ...CHAIN, ...CANDIDATES, ...SMALL, "--checkpoint-minutes", "0"];

  beforeAll(async () => {
    expect(await finish([...args, "--out", "whole"])).toMatch(/of 3 candidates number \d learned fastest/);
  });

  it("says what it found, and keeps the one that learned fastest", () => {
    const { candidateLosses, strategy, space } = readJson("whole/summary.json");
    expect([strategy, space]).toEqual(["training-speed", "plain-chain"]);
    const losses = candidateLosses as readonly number[];
    expect(losses).toHaveLength(3);
    const selections = readFileSync(join(cwd, "whole/events.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { readonly kind: string; readonly figures: { readonly loss?: number } })
      .filter(({ kind }) => kind === "selection");
    expect(selections.map(({ figures }) => figures.loss)).toEqual([undefined, ...losses]);
    const { config } = { config: readJson("whole/config.json") };
    expect(config).toMatchObject({
      space: { kind: "plain-chain", options: { layers: 4 }, module: { path: join(cwd, "own-space.mjs") } },
      strategy: { kind: "training-speed", options: { candidates: 3, batch: 250 }, network: { width: 4 } },
      training: { network: { width: 8, affine: true } },
    });
  });

  it("is shown, measured and exported with its space alone", async () => {
    expect(await finish(["show", "whole", ...SPACE])).toMatch(/layer1 = \w+\(layer0\)[\s\S]*\n(?:\w+ ){3}\w+\n/);
    const measured = JSON.parse(await finish(["evaluate", "whole", "images", ...SPACE, "--json"])) as object;
    expect(measured).toMatchObject({ testAccuracy: readJson("whole/summary.json")["testAccuracy"] });
    await finish(["export", "whole", ...SPACE, "--file", "model.onnx"]);
    expect(readFileSync(join(cwd, "model.onnx"))).toEqual(readFileSync(join(cwd, "whole/model.onnx")));
    const text = "conv_3x3 sep_conv_3x3 sep_conv_5x5 identity";
    writeFileSync(join(cwd, "chain.txt"), text);
    expect(await finish(["show", "chain.txt", ...SPACE, "--layers", "4"])).toContain(text);
    const unnamed = await runCommand(cwd, ["show", "whole"]);
    expect(unnamed.status).toBe(2);
    expect(unnamed.error).toMatch(/space plain-chain: got none, expected the module[\s\S]*--space \S+own-space\.mjs/);
  });

  it.each([/search epoch 1/, /search epoch 2/, /retrain epoch|learned fastest/])(
    "stopped after %s goes on to the bits of one that was not",
    async (stop) => {
      const out = `stopped-${stop.source.replaceAll(/\W/g, "-")}`;
      const printed = await runCommand(cwd, [...args, "--out", out], {
        interrupt: { signal: "SIGINT", when: (text) => stop.test(text) },
      });
      // The last of the stops may come when nothing is left to stop.
      expect(stop.test("search epoch 1 search epoch 2") ? [130] : [130, 0], printed.error).toContain(printed.status);
      const unnamed = await runCommand(cwd, ["resume", out]);
      if (printed.status === 130)
        expect(unnamed.error).toMatch(/got none, expected the module that the run began with/);
      await finish(["resume", out, ...BOTH, "--threads", "1"]);
      expect(lastingParts(join(cwd, out))).toEqual(lastingParts(join(cwd, "whole")));
    },
  );

  it("goes on with changed settings of its strategy, by their own flags", async () => {
    const stop = { signal: "SIGINT", when: (text: string) => /search epoch 1/.test(text) } as const;
    await runCommand(cwd, [...args, "--out", "longer"], { interrupt: stop });
    expect(await finish(["resume", "longer", ...BOTH, "--with", "candidates=4"])).toMatch(/of 4 candidates/);
  });

  it("is planned by time", async () => {
    const timed = args.filter((word) => !["--candidates", "3", "--retrain-epochs", "1"].includes(word));
    expect(await finish([...timed, "--time", "12s", "--out", "timed"])).toMatch(/plan: \d+ epochs? of search and/);
  });
});

describe("a mistake in a module", () => {
  const mistaken = async (file: string, from: string, to: string) => {
    const text = readFileSync(join(ROOT, "docs/examples", file), "utf8");
    expect(text).toContain(from);
    writeFileSync(join(cwd, "mine.mjs"), text.replace(from, to));
    const flag = file === "own-space.mjs" ? "--space" : "--strategy";
    const other = file === "own-space.mjs" ? STRATEGY : SPACE;
    const args = ["search", "images", flag, "./mine.mjs", ...other, ...SMALL, "--out", "mistaken", "--new"];
    return runCommand(cwd, [...args, "--candidates", "2"]);
  };

  it.each([
    ["own-space.mjs", "parse: (text) =>", "read: (text) =>", /create\(\): parse: got undefined, expected a function/],
    ["own-space.mjs", "return json.value;", "return json.values;", /parse: .*undefined/],
    ["own-space.mjs", "channels *= stride;", "channels *= 1.5 * stride;", /superNetwork: weightedSum summand: got /],
    [
      "own-space.mjs",
      "assertWidth(macro.width);",
      "macro = { ...macro, width: macro.width + 2 };",
      /its networks: convolution: got shape .*, expected a multiple of 4 channels/,
    ],
    ["own-space.mjs", "{ layers: z.int()", "{ depth: z.int()", /options: optionsSchema refuses what it made: depth: /],
    ["own-strategy.mjs", "losses: [...this.#losses],", "", /state: stateSchema refuses it: losses: /],
    [
      "own-strategy.mjs",
      "this.#losses.push(loss);",
      "this.losses.push(loss);",
      /run: Cannot read properties of undefined/,
    ],
    ["own-strategy.mjs", "import { randomSupports }", "import { randomSupport }", /cannot be loaded: .*randomSupport/],
  ])("is told with its module: %s: %s", async (file, from, to, problem) => {
    const printed = await mistaken(file, from, to);
    expect(printed.status, printed.output).toBe(2);
    expect(printed.error).toMatch(new RegExp(`^error: --s\\w+: module \\S*mine\\.mjs: (?:${problem.source})`, "m"));
    expect(printed.error).not.toMatch(/this is a bug in ista-nas|^ {4}at /m);
    for (const name of readdirSync(cwd).filter((folder) => folder.startsWith("mistaken"))) {
      expect(readJson(`${name}/failure.json`)["code"]).toBe("E_MODULE");
    }
  });
});
