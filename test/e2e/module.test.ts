/// <reference lib="dom" />
/** @file `export --to module`, and what it wrote in Node and in a browser: the programs of the reference page, word for word. */
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportModule } from "../../src/run/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { launchBrowser } from "./browser.ts";
import { runCommand } from "./command-line.ts";
import { type StaticServer, serveFiles } from "./static-server.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** A finished run of grey pictures of 28x28. */
const RUN = join(ROOT, "test/golden/runs/format-1");
const FILES = ["model.bin", "model.d.ts", "model.js", "model.wasm"];

const PAGE = readFileSync(join(ROOT, "docs/reference/module.md"), "utf8");
const programOf = (language: string) => new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "ms").exec(PAGE)![1]!;

describe("a run as a module", () => {
  const cwd = temporaryFolder();
  /** By the engine, with the same decoder. */
  let expected: readonly { readonly name: string; readonly probability: number }[];
  let browser: Browser;
  let server: StaticServer;

  beforeAll(async () => {
    cpSync(RUN, join(cwd, "run"), { recursive: true });
    const pixels = Uint8Array.from({ length: 60 * 40 * 3 }, (_, i) => (i % 180) + 40 * Math.floor(i / 2400));
    const raw = { width: 60, height: 40, channels: 3 } as const;
    await sharp(pixels, { raw }).png().toFile(join(cwd, "photo.png"));
    const printed = await runCommand(cwd, ["export", "run", "--to", "module", "--file", "model", "--threads", "1"]);
    expect(printed, printed.error).toMatchObject({ status: 0 });
    expect(printed.output).toMatch(/^written model\nmodule check passed on 64 images: largest difference/);
    expect(readdirSync(join(cwd, "model"))).toEqual(FILES);
    const named = await runCommand(cwd, ["predict", "run", "photo.png", "--top", "10", "--threads", "1", "--json"]);
    expected = JSON.parse(named.output).images[0].classes;
    writeFileSync(join(cwd, "page.html"), `<!doctype html>${programOf("html")}`);
    [browser, server] = await Promise.all([launchBrowser(), serveFiles(cwd)]);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  it("names a picture in Node as predict does", async () => {
    mkdirSync(join(cwd, "node_modules"));
    symlinkSync(join(ROOT, "node_modules/sharp"), join(cwd, "node_modules/sharp"));
    writeFileSync(join(cwd, "program.mjs"), programOf("js"));
    const { output, error } = await runCommand(cwd, ["photo.png"], { program: join(cwd, "program.mjs") });
    expect(error).toBe("");
    const rows = output
      .trim()
      .split("\n")
      .map((line) => /^(.*) (\S+)$/.exec(line)!.slice(1));
    expect(rows.map(([name]) => name).sort()).toEqual(expected.map((row) => row.name).sort());
    expect(rows[0]![0]).toBe(expected[0]!.name);
    for (const row of expected) {
      const got = Number(rows.find(([name]) => name === row.name)![1]);
      expect(Math.abs(got - row.probability), row.name).toBeLessThan(0.01);
    }
  });

  it("names a picture in a page of files without headers, and in a worker the same pixels alike", async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("pageerror", ({ message }) => complaints.push(message));
    await page.goto(`${server.address}/page.html`);
    await page.setInputFiles("input", join(cwd, "photo.png"));
    await page.waitForFunction("document.querySelector('output').textContent !== ''");
    const [, name, percent] = /^(.*) (\S+) %$/.exec((await page.textContent("output"))!)!;
    expect(name).toBe(expected[0]!.name);
    expect(Math.abs(Number(percent) / 100 - expected[0]!.probability)).toBeLessThan(0.01);
    const pixels = Array.from({ length: 28 * 28 }, (_, i) => (i * 7) % 256);
    const script = `import { load } from "${server.address}/model/model.js";
      const model = await load();
      postMessage([...model.probabilities(${JSON.stringify(pixels)})]);`;
    const inWorker = await page.evaluate(
      (text) =>
        new Promise<readonly number[]>((resolve, reject) => {
          const worker = new Worker(URL.createObjectURL(new Blob([text], { type: "text/javascript" })), {
            type: "module",
          });
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = reject;
        }),
      script,
    );
    expect(await page.evaluate("crossOriginIsolated")).toBe(false);
    const { load } = await import(join(cwd, "model/model.js"));
    const here = (await load()).probabilities(pixels) as Float64Array;
    // The exponentials are the browser's own.
    for (const [k, probability] of inWorker.entries()) expect(probability).toBeCloseTo(here[k]!, 9);
    expect(complaints).toEqual([]);
  });

  it("is written over an earlier one, into the run by default, and not into a folder of other things", async () => {
    const run = join(cwd, "run");
    const { file, parity } = await exportModule({ run }, { threads: 1 });
    expect(file).toBe(join(run, "module"));
    expect(parity).toMatchObject({ passed: true, images: 64 });
    for (const name of FILES) expect(readFileSync(join(file, name))).toEqual(readFileSync(join(cwd, "model", name)));
    expect(await exportModule({ run, file }, { threads: 1 })).toEqual({ file, parity });
    for (const [place, got] of [
      [cwd, "holds other things"],
      [join(cwd, "photo.png"), "is a file"],
    ] as const) {
      await expect(exportModule({ run, file: place }, { threads: 1 })).rejects.toMatchObject({
        code: "E_EXPORT_WRITE",
        message: expect.stringContaining(`export: cannot write ${place}: ${got}, expected`),
        hint: "choose another place with --file",
      });
    }
    const opset = await runCommand(cwd, ["export", "run", "--to", "module", "--opset", "13"]);
    expect(opset).toMatchObject({ status: 2, error: expect.stringContaining("--opset: got it with --to module") });
  });
});
