/** Where commands write what they were asked for: whole or not at all, wherever that is. */
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { runCommand } from "./command-line.ts";

/** A finished run. */
const RUN = new URL("../golden/runs/format-1", import.meta.url);

describe.skipIf(process.platform === "win32")("export", () => {
  let cwd: string;
  beforeEach(() => {
    cwd = temporaryFolder();
    cpSync(RUN, join(cwd, "run"), { recursive: true });
  });

  it("fault: leaves the only weights whole when it cannot write them to their end", async () => {
    const before = readFileSync(join(cwd, "run/weights.safetensors"));
    const files = readdirSync(join(cwd, "run"));
    const args = ["export", "run", "--to", "safetensors"];
    // Blocks of 512 bytes: less than the weights take.
    const printed = await runCommand(cwd, args, { shell: 'trap "" XFSZ; ulimit -f 32; exec "$@"' });
    expect(printed.status, printed.error).toBe(1);
    expect(printed.error).toMatch(
      /^error: export: cannot write .*weights\.safetensors: EFBIG[\s\S]*\nhint: choose another place/,
    );
    expect(readFileSync(join(cwd, "run/weights.safetensors"))).toEqual(before);
    expect(readdirSync(join(cwd, "run"))).toEqual(files);
  });

  it("writes to standard output nothing but what was asked for", async () => {
    const plain = await runCommand(cwd, ["export", "run", "--file", "model.onnx"]);
    expect(plain.status, plain.error).toBe(0);
    const printed = await runCommand(cwd, ["export", "run", "--file", "/dev/stdout"], { shell: '"$@" > piped.onnx' });
    expect(printed.status, printed.error).toBe(0);
    expect(printed.error).toMatch(/^written \/dev\/stdout\nONNX check passed/m);
    expect(readFileSync(join(cwd, "piped.onnx"))).toEqual(readFileSync(join(cwd, "model.onnx")));
    expect(readdirSync(cwd).sort()).toEqual(["model.onnx", "model.onnx.parity.json", "piped.onnx", "run"]);
  });

  it("follows a link to where it leads, and refuses a folder", async () => {
    mkdirSync(join(cwd, "elsewhere"));
    symlinkSync("elsewhere/genotype.txt", join(cwd, "link"));
    const args = ["export", "run", "--to", "genotype", "--file"];
    expect((await runCommand(cwd, [...args, "link"])).status).toBe(0);
    expect(readFileSync(join(cwd, "elsewhere/genotype.txt"), "utf8")).toMatch(/^Genotype\(/);
    for (const place of [".", "/", "elsewhere"]) {
      const printed = await runCommand(cwd, [...args, place]);
      expect(printed.status).toBe(1);
      expect(printed.error).toContain(
        `export: cannot write ${place}: EISDIR: is a folder, expected a file\nhint: choose`,
      );
    }
  });
});

describe.skipIf(process.platform !== "linux")("fault: output that cannot be written", () => {
  const lost =
    /^error: standard output: cannot write to it: ENOSPC: no space left on device\nhint: what was printed is not whole/m;

  it.each([
    [["show", "ISTA_twostage", "--json"]],
    [["show", "ISTA_twostage"]],
    [["search", "--help"]],
    [["--version"]],
  ])("fails %j, whose result it is", async (args) => {
    const printed = await runCommand(temporaryFolder(), args, { shell: '"$@" > /dev/full' });
    expect(printed).toMatchObject({ status: 1, error: expect.stringMatching(lost) });
  });

  it("does not fail what goes elsewhere, and keeps the status of what fails anyway", async () => {
    const cwd = temporaryFolder();
    const shown = await runCommand(cwd, ["show", "ISTA_twostage", "--json"], { shell: '"$@" 2> /dev/full' });
    expect(shown).toMatchObject({ status: 0, output: expect.stringMatching(/^\{"name":"ISTA_twostage"/) });
    for (const shell of ['"$@" 2> /dev/full', '"$@" > /dev/full 2>&1', '"$@" >&- 2>&-']) {
      expect((await runCommand(cwd, ["runs", "missing"], { shell })).status, shell).toBe(2);
    }
  });

  it("stops no search: its folder has everything, and the other stream says so", async () => {
    const cwd = temporaryFolder();
    const small = ["--channels", "4", "--cells", "2", "--batch", "128", "--epochs", "1", "--retrain-epochs", "1"];
    const args = ["search", "demo", ...small, "--threads", "1", "--out", "run"];
    const printed = await runCommand(cwd, args, { shell: '"$@" > /dev/full' });
    expect(printed.error).toBe(
      "standard output could not be written to (ENOSPC: no space left on device): the run folder has everything\n",
    );
    expect(printed.status).toBe(0);
    const summary = JSON.parse(readFileSync(join(cwd, "run/summary.json"), "utf8")) as {
      readonly testAccuracy: number;
    };
    const again = await runCommand(cwd, ["resume", "run", "--json"], { shell: '"$@" 2> /dev/full' });
    expect(again.status).toBe(0);
    expect(JSON.parse(again.output)).toEqual(summary);
  });
});
