import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { type Printed, runCommand } from "./command-line.ts";
import { copyInstallation, programOf } from "./installation.ts";

const TRAINING = ["search", "demo", "--channels", "4", "--cells", "3", "--epochs", "1", "--retrain-epochs", "1"];
const SOURCE = dirname(dirname(createRequire(import.meta.url).resolve("onnxruntime-node")));
const LIBRARIES = join("bin", "napi-v6", process.platform, process.arch);

describe.skipIf(process.platform !== "linux")("onnxruntime that is damaged (libraries of Linux are cut)", () => {
  const installation = copyInstallation(["onnxruntime-node"]);
  const runtime = join(installation, "node_modules", "onnxruntime-node");
  const library = join(runtime, LIBRARIES, "libonnxruntime.so.1");
  const binding = join(runtime, LIBRARIES, "onnxruntime_binding.node");
  const cwd = temporaryFolder();
  const run = (...args: string[]): Promise<Printed> => runCommand(cwd, args, { program: programOf(installation) });
  const model = join("tiny", "model.onnx");
  const text = (...path: string[]) => readFileSync(join(cwd, ...path), "utf8");

  /** A whole copy. */
  function restore(): void {
    rmSync(runtime, { recursive: true, force: true });
    cpSync(SOURCE, runtime, { recursive: true, filter: (path) => !/napi-v6.(darwin|win32)|providers_/.test(path) });
  }

  /** The model, as if another program had written it. */
  function foreignModel(): string {
    const bytes = readFileSync(join(cwd, model));
    bytes.write("other-00", bytes.indexOf("ista-nas"));
    writeFileSync(join(cwd, "foreign.onnx"), bytes);
    return "foreign.onnx";
  }

  async function refusesFile(cause: RegExp, hint: RegExp): Promise<void> {
    const { status, output, error } = await run("evaluate", foreignModel(), "demo");
    expect([status, output]).toEqual([1, ""]);
    expect(error).toMatch(cause);
    expect(error).toMatch(hint);
    expect(error).not.toContain("bug");
  }

  const AGAIN =
    /\nhint: install it again: delete \S+onnxruntime-node, then npm install onnxruntime-node; files that ista-nas wrote/;

  beforeAll(async () => {
    restore();
    truncateSync(library, 20_000_000);
    const { status, output, error } = await run(...TRAINING, "--out", "tiny");
    expect(status, error).toBe(0);
    expect(output).toMatch(/ONNX check +not checked, onnxruntime-node is damaged .*: loading it ended .* by SIG/);
  });

  it("a search ends with all its files, and the card and parity.json say why nothing was checked", () => {
    expect(JSON.parse(text("tiny", "parity.json"))).toEqual({ skipped: expect.stringMatching(/damaged.*SIG/) });
    expect(text("tiny", "README.md")).toMatch(/\| ONNX check \| not checked, onnxruntime-node is damaged .*SIG/);
  });

  it("an export is written and not checked", async () => {
    const { status, output } = await run("export", "tiny", "--file", "other.onnx");
    expect(status).toBe(0);
    expect(output).toMatch(/ONNX check not checked, onnxruntime-node is damaged .*SIG/);
    expect(JSON.parse(text("other.onnx.parity.json"))).toEqual({ skipped: expect.stringMatching(/SIG/) });
  });

  it("a run folder and its .onnx file are evaluated alike, one of another program is refused with the cause and what to do", async () => {
    const accuracy = ({ output }: Printed) => /^test accuracy .*$/m.exec(output)?.[0];
    const [ofRun, ofFile] = [await run("evaluate", "tiny", "demo"), await run("evaluate", model, "demo")];
    expect([ofRun.status, ofFile.status], ofFile.error).toEqual([0, 0]);
    expect(accuracy(ofFile)).toBe(accuracy(ofRun));
    await refusesFile(/^error: onnx: runtime: onnxruntime-node is damaged .*SIG/, AGAIN);
  });

  it("a run folder and its .onnx file name a photo, one of another program is refused with the cause and what to do", async () => {
    await sharp({ create: { width: 28, height: 28, channels: 3, background: "grey" } }).toFile(join(cwd, "photo.png"));
    const { status, output, error } = await run("predict", "tiny", "photo.png");
    expect(status, error).toBe(0);
    expect(output).toContain("photo.png");
    const ofFile = await run("predict", model, "photo.png");
    expect([ofFile.status, ofFile.output]).toEqual([0, output]);
    const refused = await run("predict", foreignModel(), "photo.png");
    expect([refused.status, refused.output]).toEqual([1, ""]);
    expect(refused.error).toMatch(/^error: onnx: runtime: onnxruntime-node is damaged .*SIG/);
    expect(refused.error).toMatch(AGAIN);
  });

  it("so are files where the binding is cut, empty, or missing", async () => {
    restore();
    truncateSync(binding, 200_000);
    await refusesFile(/^error: onnx: runtime: onnxruntime-node is damaged .*SIG/, AGAIN);
    truncateSync(binding, 0);
    await refusesFile(/is damaged .*onnxruntime_binding.node: file too short/, AGAIN);
    rmSync(binding);
    await refusesFile(/is damaged .*Cannot find module .*onnxruntime_binding.node/, AGAIN);
  });

  it("a package that is missing is said to be missing, and run folders do without it", async () => {
    rmSync(runtime, { recursive: true });
    const hint = /\nhint: npm install onnxruntime-node; files that ista-nas wrote, and run folders, need none/;
    await refusesFile(/^error: onnx: runtime: onnxruntime-node is not installed/, hint);
    expect((await run("evaluate", "tiny", "demo")).status).toBe(0);
    expect((await run("export", "tiny", "--file", "third.onnx")).output).toContain(
      "ONNX check not checked, onnxruntime-node is not installed (npm install onnxruntime-node)",
    );
  });

  it("one that was put right checks again", async () => {
    restore();
    expect((await run("export", "tiny", "--file", "fourth.onnx")).output).toMatch(/ONNX check passed/);
  });
});
