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
