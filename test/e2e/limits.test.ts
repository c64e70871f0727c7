import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { defaultArithmetic } from "../../src/device/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { type CommandOptions, type Printed, runCommand } from "./command-line.ts";
import { copyInstallation, programOf } from "./installation.ts";

const SEARCH = ["search", "demo", "--channels", "4", "--cells", "3", "--epochs", "1", "--retrain-epochs", "1"];

/** A search that is refused before it has a run folder, and not as a bug. */
async function refused(options: CommandOptions): Promise<Printed> {
  const cwd = temporaryFolder();
  const printed = await runCommand(cwd, SEARCH, options);
  expect(printed.status, printed.error).toBe(1);
  expect(printed.error).not.toContain("bug");
  expect(existsSync(join(cwd, "runs"))).toBe(false);
  return printed;
}

describe.skipIf(process.platform !== "linux")("limits of the process (ulimit is tried on Linux)", () => {
  const EMFILE = /^error: .*EMFILE.*\nhint: .*ulimit -n 1024/m;

  // From 22 on Node opens fewer files at once: 64 are enough for it, and with 20 it ends before our code begins.
  it.skipIf(!process.versions.node.startsWith("20.")).each([20, 64])(
    "too few open files (ulimit -n %i) are no bug: says how to have more",
    async (count) => {
      const { error } = await refused({ shell: `ulimit -n ${count}; exec "$@"` });
      expect(error).toMatch(EMFILE);
    },
  );

  it.each([26, 40])("few open files (ulimit -n %i) are enough, or the cause of what is said", async (count) => {
    const shell = `ulimit -n ${count}; exec "$@"`;
    const { status, error } = await runCommand(temporaryFolder(), SEARCH, { shell });
    expect(error).not.toContain("bug");
    if (status !== 0) expect(error).toMatch(/^node:internal/.test(error) ? /too many open files|EMFILE/ : EMFILE);
  });

  it("too little address space (ulimit -v) is told from too little memory, before anything is read", async () => {
    const { error } = await refused({ shell: `ulimit -v ${4 * 2 ** 20}; exec "$@"` });
    expect(error).toMatch(
      /^error: wasm device: address space of the process: it may have 4.0 GiB \(ulimit -v\), expected/,
    );
    expect(error).toMatch(/\nhint: start it with ulimit -v unlimited/);
  });
});

it("node --jitless is named as the cause, not the address space", async () => {
  const { error } = await refused({ flags: ["--jitless"] });
  expect(error).toMatch(/error: wasm device: this Node has no WebAssembly[^\n]*\nhint: start node without --jitless/);
});

it("node --disallow-code-generation-from-strings is no obstacle: the run ends with a good export", async () => {
  const [cwd, options] = [temporaryFolder(), { flags: ["--disallow-code-generation-from-strings"] }];
  const { status, output, error } = await runCommand(cwd, [...SEARCH, "--out", "tiny"], options);
  expect(status, error).toBe(0);
  expect(output).toMatch(/ONNX check +passed/);
  const model = join("tiny", "model.onnx");
  expect((await runCommand(cwd, ["evaluate", model, "demo"], options)).status).toBe(0);
  expect((await runCommand(cwd, ["export", "tiny", "--file", "again.onnx"], options)).status).toBe(0);
  expect(readFileSync(join(cwd, "again.onnx")).equals(readFileSync(join(cwd, model)))).toBe(true);
});

describe("kernels that are not those of the build are no bug", () => {
  it.each([
    ["cut short", (kernels: string) => truncateSync(kernels, 20_000), /is damaged or of another build: got SHA-256/],
    ["empty", (kernels: string) => truncateSync(kernels, 0), /is damaged or of another build: got SHA-256/],
    [
      "of another build",
      (kernels: string) => writeFileSync(kernels, Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)),
      /is damaged or of another build: got SHA-256/,
    ],
    [
      "cut short and not sealed",
      (kernels: string) => {
        truncateSync(kernels, 20_000);
        rmSync(kernels.replace(".wasm", ".sha256"));
      },
      /is damaged: WebAssembly/,
    ],
    ["missing", (kernels: string) => rmSync(kernels), /is missing/],
  ])("%s", async (_, harm, message) => {
    const installation = copyInstallation();
    harm(join(installation, "dist", `kernels-${defaultArithmetic()}.wasm`));
    const { error } = await refused({ program: programOf(installation) });
    expect(error).toMatch(/^error: wasm device: .*kernels-\w+\.wasm /);
    expect(error).toMatch(message);
    expect(error).toMatch(/\nhint: install ista-nas again/);
  });
});

it("a part of the program that is missing is no bug", async () => {
  const installation = copyInstallation();
  rmSync(join(installation, "dist", "strategies", "two-stage", "two-stage-search.js"));
  const { error } = await refused({ program: programOf(installation) });
  expect(error).toMatch(/two-stage-search\.js[^\n]*\nhint: the installation is not whole: install ista-nas again/);
});

it("a package that is missing is no bug", async () => {
  const { error } = await refused({ program: programOf(copyInstallation(["commander"])) });
  expect(error).toMatch(/commander[^\n]*\nhint: the installation is not whole: install ista-nas again/);
});
