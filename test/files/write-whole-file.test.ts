import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeWholeFile } from "../../src/files/write-whole-file.ts";
import { temporaryFolder } from "../temporary-folder.ts";

describe("writeWholeFile", () => {
  it("replaces a link and leaves its target alone", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "target"), "mine");
    symlinkSync("target", join(folder, "report.html"));
    writeWholeFile(join(folder, "report.html"), "report");
    expect(readFileSync(join(folder, "target"), "utf8")).toBe("mine");
    expect(readFileSync(join(folder, "report.html"), "utf8")).toBe("report");
  });

  it("leaves nothing behind where it fails", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "taken"));
    expect(() => writeWholeFile(join(folder, "taken"), "text")).toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
    expect(readdirSync(folder)).toEqual(["taken"]);
  });
});
