import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { appendToFile, cutFile, RegularFile } from "../../src/files/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";

describe("a file that grows", () => {
  const folder = temporaryFolder();
  const path = join(folder, "grows");

  it("is made, added to and cut", () => {
    appendToFile(path, "one\n");
    appendToFile(path, "zwö\n");
    expect(readFileSync(path, "utf8")).toBe("one\nzwö\n");
    cutFile(path, 4);
    expect(readFileSync(path, "utf8")).toBe("one\n");
    expect(() => cutFile(join(folder, "nowhere"), 0)).toThrow(/ENOENT/);
  });

  it("is no link, no pipe and no folder", () => {
    symlinkSync(path, join(folder, "link"));
    execFileSync("mkfifo", [join(folder, "pipe")]);
    mkdirSync(join(folder, "folder"));
    for (const work of [(file: string) => appendToFile(file, "x"), (file: string) => cutFile(file, 0)]) {
      expect(() => work(join(folder, "link"))).toThrow(/is a symbolic link/);
      expect(() => work(join(folder, "pipe"))).toThrow(/is a pipe/);
      expect(() => work(join(folder, "folder"))).toThrow(/EISDIR/);
    }
    expect(readFileSync(path, "utf8")).toBe("one\n");
  });
});

describe("a file inside a folder", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "real"));
  writeFileSync(join(folder, "real/file"), "content");
  symlinkSync(join(folder, "real"), join(folder, "linked"));
  symlinkSync(folder, join(folder, "top"));

  it("is reached through no link below that folder, which may be one itself", () => {
    for (const top of [folder, join(folder, "top")]) {
      const file = RegularFile.openInside(top, "real/file");
      expect(file.read().toString()).toBe("content");
      expect(() => file.read(3)).toThrow(/got 7 bytes, expected at most 3/);
      file.close();
      expect(() => RegularFile.openInside(top, "linked/file")).toThrow(/is in linked, a symbolic link/);
    }
  });
});
