import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { writeClassPhotos } from "./class-photos.ts";
import { runCommand } from "./command-line.ts";
import { lastingParts } from "./compare-runs.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The programs of the page, word for word. */
const [PAGE_PROGRAM, STOPPED_PROGRAM] = Array.from(
  readFileSync(join(ROOT, "docs/reference/library.md"), "utf8").matchAll(/^```js\n(.*?)^```/gms),
  (match) => match[1]!,
);

/** A folder whose programs depend on the package. */
function consumerFolder(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "node_modules/@types"), { recursive: true });
  symlinkSync(ROOT, join(folder, "node_modules/ista-nas"));
  symlinkSync(join(ROOT, "node_modules/@types/node"), join(folder, "node_modules/@types/node"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module", "private": true }');
  return folder;
}

describe("a program", () => {
  const cwd = consumerFolder();

  async function runProgram(name: string, text: string): Promise<string> {
    const program = join(cwd, name);
    writeFileSync(program, text);
    const printed = await runCommand(cwd, [], { program });
    expect(printed.error).toBe("");
    expect(printed.status).toBe(0);
    return printed.output;
  }

  async function command(...args: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
    const printed = await runCommand(cwd, [...args, "--json"]);
    expect(printed.status, printed.error).toBe(0);
    return JSON.parse(printed.output) as Readonly<Record<string, unknown>>;
  }

  beforeAll(async () => {
    for (const [kind, name] of ["ant", "bee", "cat"].entries())
      await writeClassPhotos(join(cwd, "photos"), name, kind, 10);
    const size = ["--channels", "4", "--cells", "3", "--batch", "8", "--epochs", "2", "--retrain-epochs", "2"];
    await command("search", "photos", ...size, "--out", "runs/typed", "--threads", "1");
  });

  it("of the page ends in the bits of the command with the same settings", async () => {
    const output = await runProgram("page.mjs", PAGE_PROGRAM!);
    expect(lastingParts(join(cwd, "runs/photos"))).toEqual(lastingParts(join(cwd, "runs/typed")));
    expect(output).toContain(`run folder ${join(cwd, "runs/photos")}\n`);
    const shown = await runCommand(cwd, ["export", "runs/photos", "--to", "genotype"]);
    expect(output).toContain(` ${shown.output.trimEnd()} `);
    await command("export", "runs/photos-photos-seed2", "--opset", "11", "--file", "typed.onnx");
    expect(readFileSync(join(cwd, "photos.onnx")).equals(readFileSync(join(cwd, "typed.onnx")))).toBe(true);
  });

  it("of the page that stops a search goes on to the bits of one that was not stopped", async () => {
    const output = await runProgram("stopped.mjs", STOPPED_PROGRAM!);
    expect(output).toMatch(/^Genotype\(/);
    expect(lastingParts(join(cwd, "runs/stopped"))).toEqual(lastingParts(join(cwd, "runs/typed")));
    const record = readFileSync(join(cwd, "runs/stopped/environment.json"), "utf8");
    expect((JSON.parse(record) as { readonly sessions: readonly object[] }).sessions).toHaveLength(2);
  });

  it("is given what the command prints with --json, and is silent without a listener", async () => {
    const output = await runProgram(
      "silent.mjs",
      `import { evaluate, exportOnnx, resume } from "ista-nas";
      const measured = await evaluate({ model: "runs/typed", data: "photos", split: "all" });
      console.log(JSON.stringify({
        measured,
        finished: await resume({ run: "runs/typed" }),
        exported: await exportOnnx({ run: "runs/typed", file: "silent.onnx" }),
      }));`,
    );
    expect(JSON.parse(output)).toEqual({
      measured: await command("evaluate", "runs/typed", "photos", "--split", "all"),
      finished: await command("resume", "runs/typed"),
      exported: await command("export", "runs/typed", "--file", "silent.onnx"),
    });
  });

  it("that asks to stop before there is anything to keep leaves nothing", async () => {
    const output = await runProgram(
      "early.mjs",
      `import { evaluate, Interruption, IstaNasError, search, train } from "ista-nas";
      const outcomes = [];
      const attempt = async (work) => {
        const error = await work().catch((caught) => caught);
        outcomes.push([error instanceof Interruption && error instanceof IstaNasError, error.code, error.run]);
      };
      const asked = (stop) => ({ signal: stop.signal, onEvent: (event) => event.kind === "loading" && stop.abort() });
      const options = { imageSize: 12 };
      await attempt(() => search({ data: "photos", out: "early" }, { signal: AbortSignal.abort() }));
      await attempt(() => search({ data: "photos", out: "early", options }, asked(new AbortController())));
      await attempt(() => train({ architecture: "ISTA_twostage", data: "photos", out: "early", options }, asked(new AbortController())));
      await attempt(() => evaluate({ model: "runs/typed", data: "photos" }, { signal: AbortSignal.abort() }));
      console.log(JSON.stringify(outcomes));`,
    );
    expect(JSON.parse(output)).toEqual(Array.from({ length: 4 }, () => [true, "E_INTERRUPTED", null]));
    expect(existsSync(join(cwd, "early"))).toBe(false);
  });

  it("has types for all of it, which need nothing but those of Node", () => {
    const file = join(cwd, "typed.ts");
    writeFileSync(
      file,
      `import { evaluate, exportOnnx, Interruption, resume, type RunSummary, search, train } from "ista-nas";
      import { SPACES } from "ista-nas/spaces";
      const { signal } = new AbortController();
      const found: RunSummary = await search(
        { data: "photos", space: "darts", strategy: "two-stage", seed: 1, options: { epochs: 2, retrainCells: 3, ofMine: [1] } },
        { signal, threads: "auto", onEvent: (event) => void (event.kind === "search-epoch" && event.weightLoss.toFixed(2)) },
      );
      const texts: readonly string[] = [found.architecture, found.model, SPACES[0]!.kind];
      await train({ architecture: found.run, data: "photos", options: { epochs: 3 } });
      const { part } = await evaluate({ model: found.model, data: "photos", split: "all" });
      const wrong: string | null = part === "own-test" ? null : new Interruption("no", null).run;
      const { parity } = await exportOnnx({ run: found.run, opset: 11 });
      await resume({ run: found.run, with: { retrainEpochs: 4 } });
      console.log(texts, wrong, "skipped" in parity ? parity.skipped : parity.passed);
      // @ts-expect-error A name that nobody knows.
      await search({ data: "photos", stratgy: "random" });
      // @ts-expect-error An option of the package with a value of another type.
      await search({ data: "photos", options: { epochs: "two" } });
      // @ts-expect-error No data.
      await search({ options: {} });
      // @ts-expect-error Trainings search nothing.
      await train({ architecture: "x", data: "photos", strategy: "random" });
      `,
    );
    const options: ts.CompilerOptions = {
      ...{ strict: true, exactOptionalPropertyTypes: true, noEmit: true, skipLibCheck: false, types: ["node"] },
      ...{ module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022, lib: ["lib.es2022.d.ts"] },
    };
    const program = ts.createProgram([file], options);
    const problems = ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText);
    expect(problems).toEqual([]);
  });
});
