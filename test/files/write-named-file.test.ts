import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { writeNamedFile } from "../../src/files/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const MODULE = new URL("../../dist/files/index.js", import.meta.url).href;

describe("writeNamedFile", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = temporaryFolder();
    file = join(folder, "model.onnx");
  });

  it("replaces a file in one step: who has it open goes on reading what it was", () => {
    writeFileSync(file, "before");
    linkSync(file, join(folder, "held"));
    writeNamedFile(file, "after");
    expect(readFileSync(file, "utf8")).toBe("after");
    expect(readFileSync(join(folder, "held"), "utf8")).toBe("before");
    expect(readdirSync(folder).sort()).toEqual(["held", "model.onnx"]);
  });

  it("follows links to what they lead to, or will", () => {
    mkdirSync(join(folder, "elsewhere"));
    for (const [name, target] of [
      ["old", "elsewhere/old"],
      ["new", "elsewhere/new"],
      ["second", "old"],
    ] as const) {
      symlinkSync(target, join(folder, name));
    }
    writeFileSync(join(folder, "elsewhere/old"), "before");
    writeNamedFile(join(folder, "second"), "after");
    writeNamedFile(join(folder, "new"), "made");
    expect(readFileSync(join(folder, "elsewhere/old"), "utf8")).toBe("after");
    expect(readFileSync(join(folder, "elsewhere/new"), "utf8")).toBe("made");
    for (const name of ["old", "new", "second"]) expect(lstatSync(join(folder, name)).isSymbolicLink()).toBe(true);
  });

  it("names what it cannot follow or replace, and leaves it", () => {
    symlinkSync("b", join(folder, "a"));
    symlinkSync("a", join(folder, "b"));
    expect(() => writeNamedFile(join(folder, "a"), "")).toThrow(/ELOOP/);
    expect(() => writeNamedFile(folder, "")).toThrow(/EISDIR: is a folder/);
    expect(() => writeNamedFile(join(folder, "missing/file"), "")).toThrow(/ENOENT/);
    expect(readdirSync(folder).sort()).toEqual(["a", "b"]);
  });

  it("keeps mode and owner of a file that is there", () => {
    writeFileSync(file, "before");
    chmodSync(file, 0o640);
    if (process.getuid?.() === 0) chownSync(file, 1234, 1235);
    const before = statSync(file);
    writeNamedFile(file, "after");
    const { mode, uid, gid } = statSync(file);
    expect([mode, uid, gid]).toEqual([before.mode, before.uid, before.gid]);
    expect(readFileSync(file, "utf8")).toBe("after");
  });

  it.skipIf(process.platform === "win32")("writes into a pipe, and leaves it one", async () => {
    execFileSync("mkfifo", [file]);
    const reader = spawn("cat", [file]);
    const got = once(reader.stdout, "data");
    writeNamedFile(file, "through");
    expect(String((await got)[0])).toBe("through");
    expect(lstatSync(file).isFIFO()).toBe(true);
  });

  it.skipIf(process.platform === "win32")("writes to standard output where it goes, behind what is there", () => {
    writeFileSync(file, "before\n");
    const script = `import { writeNamedFile } from ${JSON.stringify(MODULE)};
      writeNamedFile("/dev/stdout", "one\\n"); process.stdout.write("two\\n"); writeNamedFile("/dev/fd/1", "three\\n");`;
    execFileSync(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", openSync(file, "a"), "inherit"],
    });
    expect(readFileSync(file, "utf8")).toBe("before\none\ntwo\nthree\n");
  });

  it.skipIf(process.platform !== "linux")("writes more into a pipe than it holds", () => {
    const script = `import { writeNamedFile } from ${JSON.stringify(MODULE)};
      process.stdout.write("x"); writeNamedFile("/dev/stdout", Buffer.alloc(1 << 20, "y"));`;
    const got = execFileSync(process.execPath, ["--input-type=module", "-e", script], { maxBuffer: 1 << 22 });
    expect(got.length).toBe(1 + (1 << 20));
  });
});
